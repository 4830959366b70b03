//! What a person may want to know about watching.

use hotload_core::watching::remark::Remark;

use super::line::{note, warning};

/// A remark, in one line.
pub(crate) fn remark(remark: &Remark) -> String {
    match remark {
        Remark::SlowFiles { interval } => note(&format!(
            "looking at files is slow here, so files in use are looked at every {} ms",
            interval.as_millis()
        )),
        Remark::ManyFiles { folder } => warning(&format!(
            "`{}` has more than 50,000 files: `--watch` a smaller folder, or leave some out with \
             `--ignore`",
            folder.display()
        )),
        Remark::NothingMatches { glob } => warning(&format!("nothing matches `{glob}` so far")),
        Remark::Unreadable { folder, reason } => warning(&format!(
            "`{}` cannot be watched: {reason}",
            folder.display()
        )),
        Remark::NotificationUnavailable { reason } => note(&format!(
            "the system reports no changes, so polling finds them: {reason}"
        )),
        Remark::NotificationMissed { file } => note(&format!(
            "the system did not report that `{}` changed, so polling finds changes from now on",
            file.display()
        )),
    }
}
