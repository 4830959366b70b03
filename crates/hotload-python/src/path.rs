//! How a file is named: to Python, and to the poller.

use std::ffi::OsStr;
use std::io;
#[cfg(unix)]
use std::path::Component;
use std::path::{Path, PathBuf};

/// A path as text, which is how it is sent to Python.
pub(crate) fn text(path: &Path) -> String {
    if cfg!(windows) {
        return path.to_string_lossy().into_owned();
    }
    bytes_as_text(path.as_os_str())
}

/// A path as it was sent by Python.
#[cfg(unix)]
#[must_use]
pub fn sent(path: &Path) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let Some(text) = path.to_str().filter(|text| text.contains(is_byte)) else {
        return path.to_path_buf();
    };
    let mut bytes = Vec::new();
    for character in text.chars() {
        match u8::try_from(u32::from(character).wrapping_sub(0xef00)) {
            Ok(byte) if is_byte(character) => bytes.push(byte),
            _ => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    std::ffi::OsString::from_vec(bytes).into()
}

/// A path as it was sent by Python.
#[cfg(not(unix))]
#[must_use]
pub fn sent(path: &Path) -> PathBuf {
    path.to_path_buf()
}

#[cfg(unix)]
fn is_byte(character: char) -> bool {
    BYTES.contains(&character)
}

/// Any text of the system, byte for byte, as text for Python. Bytes that are not UTF-8 become characters
/// from U+EF80 on, and so do the bytes of such a character itself. The driver turns them back.
pub(crate) fn bytes_as_text(text: &OsStr) -> String {
    let mut escaped = String::new();
    for chunk in text.as_encoded_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            if BYTES.contains(&character) {
                let mut bytes = [0; 4];
                escaped.extend(character.encode_utf8(&mut bytes).bytes().map(byte_as_char));
            } else {
                escaped.push(character);
            }
        }
        escaped.extend(chunk.invalid().iter().copied().map(byte_as_char));
    }
    escaped
}

/// What stands for the bytes from 0x80 to 0xff.
const BYTES: std::ops::RangeInclusive<char> = '\u{ef80}'..='\u{efff}';

fn byte_as_char(byte: u8) -> char {
    char::from_u32(0xef00 + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The path by which the poller knows a file: as it was given, from the root. Its links are followed
/// anew at each look, so that what they lead to may change. On Windows they are resolved in the path of
/// the folder, which may have several spellings, and its own name is spelled as the folder does.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn try_watched(file: &Path) -> io::Result<PathBuf> {
    if let Some(file) = as_listed(file) {
        return Ok(file);
    }
    match (file.parent(), file.file_name()) {
        (Some(folder), Some(name)) => Ok(folder_as_given(folder)?.join(name)),
        _ => real(file),
    }
}

/// The real path of a file that is no link, on Windows, where `LIB.py` may be `lib.py`.
fn as_listed(file: &Path) -> Option<PathBuf> {
    if !cfg!(windows) {
        return None;
    }
    let real = real(file).ok()?;
    let name = |path: &Path| Some(path.file_name()?.to_string_lossy().to_lowercase());
    (name(&real) == name(file)).then_some(real)
}

/// A folder by its path as given, from the root.
///
/// # Errors
///
/// When it cannot be read.
#[cfg(unix)]
pub fn folder_as_given(folder: &Path) -> io::Result<PathBuf> {
    folder.metadata()?;
    let mut path = std::env::current_dir().unwrap_or_default();
    for component in folder.components() {
        match component {
            Component::ParentDir => {
                // The folder above is that of what the link leads to.
                if path.is_symlink() {
                    path = path.canonicalize()?;
                }
                path.pop();
            }
            Component::CurDir => {}
            _ => path.push(component),
        }
    }
    Ok(path)
}

/// A folder by its real path.
///
/// # Errors
///
/// When it cannot be read.
#[cfg(not(unix))]
pub fn folder_as_given(folder: &Path) -> io::Result<PathBuf> {
    real(folder)
}

/// A path with its links resolved. On Windows it stays on the drive that was given: for a mapped one the
/// system would name the server, and for a substituted one another drive, which no path of Python's begins
/// with.
///
/// # Errors
///
/// When there is no such file.
pub fn real(path: &Path) -> io::Result<PathBuf> {
    let real = dunce::canonicalize(path)?;
    #[cfg(windows)]
    return Ok(on_its_drive(&std::path::absolute(path)?, real));
    #[cfg(unix)]
    Ok(real)
}

/// The real path, with what `given` begins with; `given` itself where that does not fit.
#[cfg(windows)]
fn on_its_drive(given: &Path, real: PathBuf) -> PathBuf {
    use std::path::{Component, Prefix};
    let drive = |path: &Path| match path.components().next() {
        Some(Component::Prefix(prefix)) => match prefix.kind() {
            Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => Some(letter),
            _ => None,
        },
        _ => None,
    };
    if drive(given).is_some() && drive(given) == drive(&real) {
        return real;
    }
    let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_));
    let names = real.components().filter(is_name);
    let count = given.components().filter(is_name).count();
    let Some(surplus) = names.clone().count().checked_sub(count) else {
        return given.into();
    };
    let root = given.components().take_while(|part| !is_name(part));
    let spelled: PathBuf = root.chain(names.skip(surplus)).collect();
    let folded = |path: &Path| path.to_string_lossy().to_lowercase();
    if folded(&spelled) == folded(given) {
        spelled
    } else {
        given.into()
    }
}

/// Like [`try_watched`], for a file as it was sent by Python; one whose folder cannot be read keeps its
/// path.
#[must_use]
pub fn watched(file: impl AsRef<Path>) -> PathBuf {
    let file = sent(file.as_ref());
    try_watched(&file).unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::try_watched;
    #[cfg(unix)]
    use super::watched;
    use std::path::Path;

    #[cfg(unix)]
    #[test]
    fn the_poller_knows_a_file_by_its_path_as_given() {
        use std::fs;
        use std::os::unix::fs::symlink;
        let temporary = tempfile::tempdir().unwrap();
        let root = dunce::canonicalize(temporary.path()).unwrap();
        fs::create_dir(root.join("real")).unwrap();
        fs::write(root.join("real/lib.py"), "").unwrap();
        fs::create_dir(root.join("real/inner")).unwrap();
        symlink("real", root.join("folder")).unwrap();
        symlink("real/inner", root.join("deep")).unwrap();
        symlink("lib.py", root.join("real/link.py")).unwrap();
        let cases = [
            ("real/lib.py", "real/lib.py"),
            ("folder/lib.py", "folder/lib.py"),
            ("folder/./link.py", "folder/link.py"),
            ("folder/new.py", "folder/new.py"),
            ("real/../real/lib.py", "real/lib.py"),
            ("deep/../lib.py", "real/lib.py"),
            ("nowhere/lib.py", "nowhere/lib.py"),
        ];
        for (given, expected) in cases {
            assert_eq!(watched(root.join(given)), root.join(expected), "{given}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn any_bytes_are_sent_and_come_back() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        for bytes in [
            &b"plain"[..],
            b"caf\xc3\xa9",
            b"caf\xe9\xff/x",
            "\u{ef81}\u{20ac}".as_bytes(),
        ] {
            let path = Path::new(OsStr::from_bytes(bytes));
            assert_eq!(super::sent(Path::new(&super::text(path))), path);
        }
    }

    #[cfg(windows)]
    #[test]
    fn a_path_stays_on_the_drive_that_was_given() {
        for (given, real, expected) in [
            (r"c:\a\LIB.py", r"C:\A\lib.py", r"C:\A\lib.py"),
            (r"C:\link\lib.py", r"C:\A\lib.py", r"C:\A\lib.py"),
            (r"X:\LIB.py", r"C:\A\lib.py", r"X:\lib.py"),
            (r"X:\", r"C:\A", r"X:\"),
            (
                r"Z:\a\lib.py",
                r"\\?\UNC\host\share\top\A\lib.py",
                r"Z:\A\lib.py",
            ),
            (
                r"\\host\share\a\lib.py",
                r"\\?\UNC\host\share\A\lib.py",
                r"\\host\share\A\lib.py",
            ),
            (r"X:\link\lib.py", r"C:\A\lib.py", r"X:\link\lib.py"),
        ] {
            let found = super::on_its_drive(Path::new(given), real.into());
            assert_eq!(found, Path::new(expected), "{given}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        assert!(try_watched(Path::new("no/such/folder/lib.py")).is_err());
    }
}
