//! The names of the versions that were noticed last: a link gives a file two, and what changed under
//! both is one change.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use crate::watching::file_system::FileSystem;
use crate::watching::hot_files::stamp;
use crate::watching::stamp::Stamp;

/// How many versions are remembered. Both names of a file are looked at within a short time, unless
/// very many files have changed.
const REMEMBERED: usize = 256;

/// The versions that were noticed last, or have run, each with its name.
#[derive(Default)]
pub(super) struct Names(VecDeque<(Stamp, PathBuf)>);

impl Names {
    /// Remembers a version. Where there are no inodes, nothing tells two names of a file from two files.
    pub(super) fn note(&mut self, path: &Path, stamp: Stamp) {
        if stamp.inode.is_some() {
            self.0.truncate(REMEMBERED - 1);
            self.0.push_front((stamp, path.to_path_buf()));
        }
    }

    /// Whether a version is remembered by another name, and is still there under it.
    pub(super) fn has_another(
        &self,
        path: &Path,
        version: Stamp,
        file_system: &impl FileSystem,
    ) -> bool {
        let mut others = self.0.iter();
        others.any(|(known, other)| {
            *known == version && other != path && stamp(file_system, other) == Some(version)
        })
    }
}
