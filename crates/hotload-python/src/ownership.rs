//! Whose a file is: what somebody else has put above a target's folder starts no program.
//!
//! Who owns the target's folder decides what runs anyway. A folder above it, `/tmp` say, may be
//! anybody's.

use std::path::Path;

/// Whether a file or folder belongs to somebody else than the user, root, and the owner of `folder`.
#[cfg(unix)]
#[must_use]
pub fn is_strangers(path: &Path, folder: &Path) -> bool {
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    let trusted = [
        Some(nix::unistd::geteuid().as_raw()),
        Some(0),
        fs::metadata(folder).ok().map(|found| found.uid()),
    ];
    // Whoever makes a link chooses what it leads to.
    let owners = [fs::symlink_metadata(path), fs::metadata(path)];
    let owners = owners.into_iter().flatten().map(|found| found.uid());
    owners
        .into_iter()
        .any(|owner| !trusted.contains(&Some(owner)))
}

/// Whether a file or folder belongs to somebody else: not asked on this system.
#[cfg(not(unix))]
#[must_use]
pub fn is_strangers(_path: &Path, _folder: &Path) -> bool {
    false
}

/// Whether this belongs to the user or to root.
#[cfg(unix)]
pub(crate) fn is_ours_or_roots(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    [nix::unistd::geteuid().as_raw(), 0].contains(&found.uid())
}

/// Whether this belongs to the user, and nobody else may write to it.
#[cfg(unix)]
pub(crate) fn is_ours_alone(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    const OTHERS_WRITE: u32 = 0o022;
    found.uid() == nix::unistd::geteuid().as_raw() && found.mode() & OTHERS_WRITE == 0
}

/// Whether this belongs to the user or to root: not asked on this system.
#[cfg(not(unix))]
pub(crate) fn is_ours_or_roots(_found: &std::fs::Metadata) -> bool {
    true
}

/// Whether nobody else may write to this: not asked on this system.
#[cfg(not(unix))]
pub(crate) fn is_ours_alone(_found: &std::fs::Metadata) -> bool {
    true
}
