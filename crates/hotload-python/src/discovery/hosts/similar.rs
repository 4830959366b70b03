//! What a mistyped name was probably meant to be.

/// How alike two names have to be, of 1.
const ALIKE: f64 = 0.85;

/// The name that comes nearest to this one, if any comes near.
pub fn most_similar<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let scored = names.map(|known| (strsim::jaro_winkler(&name, known), known));
    let near = scored.filter(|(score, _)| *score >= ALIKE);
    near.max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::most_similar;

    #[test]
    fn the_nearest_name_is_found_if_one_is_near() {
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
