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
/// the folder, which may have several spellings.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn try_watched(file: &Path) -> io::Result<PathBuf> {
    match (file.parent(), file.file_name()) {
        (Some(folder), Some(name)) => Ok(folder_as_given(folder)?.join(name)),
        _ => dunce::canonicalize(file),
    }
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
    dunce::canonicalize(folder)
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

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        assert!(try_watched(Path::new("no/such/folder/lib.py")).is_err());
    }
}
