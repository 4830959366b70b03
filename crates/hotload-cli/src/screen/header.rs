//! What is on top of a session's screen.

/// The lines on top, shown again whenever the screen was cleared.
#[derive(Default)]
pub(super) struct Header {
    /// hotload, its Python and the targets.
    title: String,
    /// What was loaded before the targets, a line each.
    preloads: String,
}

impl Header {
    /// Starts anew with this title. Returns whether it is another one than before.
    pub(super) fn replace(&mut self, title: String) -> bool {
        let is_new = self.title != title;
        self.title = title;
        self.preloads.clear();
        is_new
    }

    /// Adds a line below the title.
    pub(super) fn add(&mut self, line: &str) {
        self.preloads.push_str(line);
    }

    pub(super) fn text(&self) -> String {
        format!("{}{}", self.title, self.preloads)
    }
}
