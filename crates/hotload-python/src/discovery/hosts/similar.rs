//! What was probably meant by a mistyped name.

/// How similar two names have to be; 1 is equal.
const SIMILAR: f64 = 0.85;

/// The name that is most similar to this one, if any is similar enough.
pub fn most_similar<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let scored = names.map(|known| (strsim::jaro_winkler(&name, known), known));
    let near = scored.filter(|(score, _)| *score >= SIMILAR);
    near.max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::most_similar;

    #[test]
    fn the_most_similar_name_is_found_if_one_is_similar() {
        let names = ["abaqus", "abaqus cae", "gdb"];
        let cases = [
            ("abacus", Some("abaqus")),
            ("Abaqus-cae", Some("abaqus cae")),
            ("python", None),
        ];
        for (name, expected) in cases {
            assert_eq!(most_similar(name, names.into_iter()), expected, "{name}");
        }
    }
}
