//! The check itself, on Unix.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{self, Component, Path, PathBuf};

use super::Distrust;

const OTHERS_WRITE: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// As in the kernel.
const MOST_LINKS: usize = 40;

/// Whose files are used: the user's, root's, and those of the owner of the target's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    users: Vec<u32>,
    /// The target's folder, as given and with its links resolved.
    folder: [PathBuf; 2],
    /// Whether every user may replace the target itself, as on file systems without permissions.
    is_open_to_all: bool,
}

/// What the last name of a path is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A file whose content is used.
    File,
    /// A program. If it is a link, whoever made the link chose what it leads to, which may well belong
    /// to a third user: an administrator who has installed Pythons for all.
    Program,
}

impl Trust {
    /// For what is found in a target's folder or above.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let given = path::absolute(folder).unwrap_or_else(|_| folder.into());
        let resolved = fs::canonicalize(folder).unwrap_or_else(|_| given.clone());
        let found = fs::metadata(&resolved).ok();
        let mut users = vec![nix::unistd::geteuid().as_raw(), 0];
        users.extend(found.as_ref().map(Metadata::uid));
        Self {
            users,
            folder: [given, resolved],
            is_open_to_all: found.is_some_and(|found| is_writable(&found)),
        }
    }

    /// Opens a file, unless another user could have put it there. Only a regular file is opened, so
    /// this never waits for the other end of a pipe.
    ///
    /// # Errors
    ///
    /// When it, or a folder on the way, is not trusted, or it cannot be opened.
    pub fn open(&self, path: &Path) -> Result<File, Distrust> {
        let unchecked = |error| Distrust::Unchecked(path.into(), error);
        let mut options = File::options();
        options.read(true).custom_flags(nix::libc::O_NONBLOCK);
        let file = options.open(path).map_err(unchecked)?;
        let opened = file.metadata().map_err(unchecked)?;
        if !opened.is_file() {
            return Err(unchecked(io::Error::other("not a regular file")));
        }
        self.check(path, &opened)?;
        let found = self.follow(path, Last::File)?;
        if (found.dev(), found.ino()) != (opened.dev(), opened.ino()) {
            return Err(unchecked(io::Error::other("it was replaced meanwhile")));
        }
        Ok(file)
    }

    /// Checks the program of an environment, and each folder on the way to it.
    ///
    /// # Errors
    ///
    /// When one of them is not trusted.
    pub fn check_program(&self, program: &Path) -> Result<(), Distrust> {
        self.follow(program, Last::Program).map(|_| ())
    }

    /// Whether an `__init__.py` above the target's folder makes its folder a package: not if another
    /// user than the owner of that folder has put it there.
    pub(crate) fn is_package(&self, init: &Path) -> bool {
        let owner = init.parent().and_then(|folder| fs::metadata(folder).ok());
        let owner = owner.map(|folder| folder.uid());
        let users = self.users.iter().copied().chain(owner).collect();
        let trust = Self {
            users,
            ..self.clone()
        };
        trust.follow(init, Last::File).is_ok()
    }

    /// Follows a path from the root, name by name and link by link, and checks all that it meets.
    fn follow(&self, path: &Path, last: Last) -> Result<Metadata, Distrust> {
        let unchecked = |error| Distrust::Unchecked(path.into(), error);
        let absolute = path::absolute(path).map_err(unchecked)?;
        let mut current = PathBuf::from("/");
        let mut found = look_at(&current)?;
        let mut links = 0;
        let mut left = names_of(&absolute);
        while let Some(name) = left.pop() {
            if name == ".." {
                current.pop();
                continue;
            }
            self.check_folder(&current)?;
            let next = current.join(name);
            found = look_at(&next)?;
            self.check(&next, &found)?;
            if !found.is_symlink() {
                current = next;
            } else if last == Last::Program && left.is_empty() {
                return Ok(found);
            } else if links == MOST_LINKS {
                return Err(unchecked(io::Error::other("too many links")));
            } else {
                links += 1;
                let target = fs::read_link(&next).map_err(unchecked)?;
                if target.is_absolute() {
                    current = PathBuf::from("/");
                }
                left.extend(names_of(&target));
            }
        }
        Ok(found)
    }

    fn check_folder(&self, folder: &Path) -> Result<(), Distrust> {
        self.check(folder, &look_at(folder)?)
    }

    fn check(&self, path: &Path, found: &Metadata) -> Result<(), Distrust> {
        // Whoever owns what leads to the target's folder can replace the target itself.
        let leads_to_target = self.folder.iter().any(|folder| folder.starts_with(path));
        if !leads_to_target && !self.users.contains(&found.uid()) {
            return Err(Distrust::OtherOwner(path.into()));
        }
        if !self.is_open_to_all && is_writable(found) {
            return Err(Distrust::Writable(path.into()));
        }
        Ok(())
    }
}

/// Whether every user may replace it, or what is in it. A link has no permissions of its own.
fn is_writable(found: &Metadata) -> bool {
    let is_sticky = found.is_dir() && found.mode() & STICKY != 0;
    found.mode() & OTHERS_WRITE != 0 && !is_sticky && !found.is_symlink()
}

fn look_at(path: &Path) -> Result<Metadata, Distrust> {
    fs::symlink_metadata(path).map_err(|error| Distrust::Unchecked(path.into(), error))
}

/// The names in a path, the first one last.
fn names_of(path: &Path) -> Vec<OsString> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    let names: Vec<_> = names.collect();
    names.into_iter().rev().collect()
}

/// Whether a file belongs to the user or to root.
pub(crate) fn is_ours_or_roots(found: &Metadata) -> bool {
    [nix::unistd::geteuid().as_raw(), 0].contains(&found.uid())
}

/// Whether a file belongs to the user and no one else may write to it.
#[must_use]
pub fn is_ours_alone(found: &Metadata) -> bool {
    const OTHERS_WRITE: u32 = 0o022;
    found.uid() == nix::unistd::geteuid().as_raw() && found.mode() & OTHERS_WRITE == 0
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::{Path, PathBuf};

    use nix::unistd::{Uid, chown, geteuid};

    use super::Trust;

    /// Any user but the ones that run tests.
    const STRANGER: u32 = 54_321;

    fn folder_with(mode: u32) -> (tempfile::TempDir, PathBuf, Trust) {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("project");
        fs::create_dir(&folder).unwrap();
        set_mode(above.path(), mode);
        let trust = Trust::of(&folder);
        let file = above.path().join("file");
        fs::write(&file, "").unwrap();
        (above, file, trust)
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Gives a file to another user, if root runs the tests.
    fn give_away(path: &Path) -> bool {
        let is_root = geteuid().is_root();
        if is_root {
            chown(path, Some(Uid::from_raw(STRANGER)), None).unwrap();
        } else {
            eprintln!("SKIPPED: only root can give a file to another user");
        }
        is_root
    }

    fn why(result: Result<fs::File, super::Distrust>, path: &Path) -> String {
        result.map_or_else(|error| error.about(path), |_| "trusted".into())
    }

    #[test]
    fn others_may_write_to_a_folder_on_the_way_only_if_it_is_sticky() {
        let cases = [(0o755, true), (0o1777, true), (0o777, false), (0o775, true)];
        for (mode, is_trusted) in cases {
            let (above, file, trust) = folder_with(mode);
            let said = why(trust.open(&file), &file);
            assert_eq!(said == "trusted", is_trusted, "{mode:o}: {said}");
            assert_eq!(trust.check_program(&file).is_ok(), is_trusted, "{mode:o}");
            drop(above);
        }
        let (_above, file, trust) = folder_with(0o755);
        set_mode(&file, 0o666);
        assert_eq!(why(trust.open(&file), &file), "every user may write to it");
    }

    #[test]
    fn where_every_user_may_replace_the_target_permissions_say_nothing() {
        let (above, file, _) = folder_with(0o777);
        let folder = above.path().join("project");
        set_mode(&folder, 0o777);
        set_mode(&file, 0o777);
        assert_eq!(why(Trust::of(&folder).open(&file), &file), "trusted");
    }

    #[test]
    fn what_cannot_be_checked_is_not_trusted() {
        let (above, file, trust) = folder_with(0o1777);
        let missing = above.path().join("missing");
        assert!(why(trust.open(&missing), &missing).contains("cannot be checked"));
        assert!(trust.check_program(&missing).is_err());
        let pipe = above.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        assert!(why(trust.open(&pipe), &pipe).contains("not a regular file"));
        let circle = above.path().join("circle");
        symlink("circle", &circle).unwrap();
        assert!(trust.open(&circle).is_err());
        assert!(trust.open(&file).is_ok());
    }

    #[test]
    fn a_file_a_link_and_a_folder_of_another_user_are_not_trusted() {
        let (above, file, trust) = folder_with(0o1777);
        let link = above.path().join("link");
        symlink(&file, &link).unwrap();
        let inner = above.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let deep = inner.join("file");
        fs::write(&deep, "").unwrap();
        let to_deep = above.path().join("to-deep");
        symlink("inner/../inner/file", &to_deep).unwrap();
        for path in [&file, &link, &deep, &to_deep] {
            assert_eq!(why(trust.open(path), path), "trusted");
        }
        if !give_away(&inner) {
            return;
        }
        nix::unistd::fchownat(
            nix::fcntl::AT_FDCWD,
            &link,
            Some(Uid::from_raw(STRANGER)),
            None,
            nix::fcntl::AtFlags::AT_SYMLINK_NOFOLLOW,
        )
        .unwrap();
        for path in [&link, &deep, &to_deep] {
            assert!(why(trust.open(path), path).ends_with("belongs to another user"));
            assert!(trust.check_program(path).is_err() || path == &to_deep);
        }
        assert_eq!(why(trust.open(&file), &file), "trusted");
        give_away(&file);
        assert_eq!(why(trust.open(&file), &file), "it belongs to another user");
    }

    #[test]
    fn a_program_may_be_a_link_to_one_that_an_administrator_has_installed() {
        let (above, file, trust) = folder_with(0o755);
        let program = above.path().join("python");
        symlink(&file, &program).unwrap();
        give_away(&file);
        assert!(trust.check_program(&program).is_ok());
    }

    #[test]
    fn the_owner_of_a_folder_above_the_target_decides_over_the_target_anyway() {
        let (above, _, _) = folder_with(0o755);
        let folder = above.path().join("project");
        let file = folder.join("file");
        fs::write(&file, "").unwrap();
        give_away(above.path());
        assert_eq!(why(Trust::of(&folder).open(&file), &file), "trusted");
    }
}
