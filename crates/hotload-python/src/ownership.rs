//! Who owns a file. Nothing is started because of a file that another user has put above a target's
//! folder.
//!
//! The owner of the target's folder decides what runs in any case. But a folder above it, `/tmp` for
//! example, may be writable for everyone.

use std::path::Path;

/// Whether a file or folder belongs to someone other than the user, root and the owner of `folder`.
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
    // Whoever makes a link decides where it leads.
    let owners = [fs::symlink_metadata(path), fs::metadata(path)];
    let owners = owners.into_iter().flatten().map(|found| found.uid());
    owners
        .into_iter()
        .any(|owner| !trusted.contains(&Some(owner)))
}

/// Always false: ownership is not checked on this system.
#[cfg(not(unix))]
#[must_use]
pub fn is_strangers(_path: &Path, _folder: &Path) -> bool {
    false
}

/// Whether a file belongs to the user or to root.
#[cfg(unix)]
pub(crate) fn is_ours_or_roots(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    [nix::unistd::geteuid().as_raw(), 0].contains(&found.uid())
}

/// Whether a file belongs to the user and no one else may write to it.
#[cfg(unix)]
pub(crate) fn is_ours_alone(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    const OTHERS_WRITE: u32 = 0o022;
    found.uid() == nix::unistd::geteuid().as_raw() && found.mode() & OTHERS_WRITE == 0
}

/// Always true: ownership is not checked on this system.
#[cfg(not(unix))]
pub(crate) fn is_ours_or_roots(_found: &std::fs::Metadata) -> bool {
    true
}

/// Always true: permissions are not checked on this system.
#[cfg(not(unix))]
pub(crate) fn is_ours_alone(_found: &std::fs::Metadata) -> bool {
    true
}
