//! What is at the top of a session's screen.

/// The lines at the top. They are shown again whenever the screen is cleared.
#[derive(Default)]
pub(super) struct Header {
    /// hotload, its Python and the targets.
    title: String,
    /// What was loaded before the targets, one per line.
    preloads: String,
}

impl Header {
    /// Replaces everything by this title. Returns whether the title was a different one.
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
