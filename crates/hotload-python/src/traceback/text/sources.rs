//! The source lines that a text names, from the files as they are now.
//!
//! A printed line has lost its indentation. Where the file is here and still has that line, it gives
//! the indentation back, and with it exact columns, and the line above.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::traceback::raised::{Frame, Syntax, TextState, Traceback};

/// Whoever has longer files than this does without.
const LONGEST_FILE: u64 = 8 << 20;

/// How many files are kept in memory.
const MOST_FILES: usize = 16;

/// Reads files, each once for many frames.
pub struct Sources {
    /// What relative paths are relative to.
    folder: PathBuf,
    /// Whether the files are what ran, so that a line which the text does not show is theirs.
    are_current: bool,
    /// `None` for one that cannot be used.
    files: BTreeMap<String, Option<Source>>,
}

struct Source {
    path: String,
    lines: Vec<String>,
}

impl Sources {
    /// Looks for files with relative paths below this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            are_current: false,
            files: BTreeMap::new(),
        }
    }

    /// The same for a text of this very moment: a crash dump shows no lines.
    #[must_use]
    pub fn current(folder: PathBuf) -> Self {
        Self {
            are_current: true,
            ..Self::new(folder)
        }
    }

    /// Completes what the files still know.
    pub fn complete(&mut self, traceback: &mut Traceback) {
        for raised in &mut traceback.raised {
            for frame in &mut raised.frames {
                self.complete_frame(frame);
            }
            if let Some(syntax) = &mut raised.exception.syntax {
                self.complete_syntax(syntax);
            }
        }
    }

    fn complete_frame(&mut self, frame: &mut Frame) {
        let Some((source, place)) = self.find(&frame.file, frame.line, frame.text.as_deref())
        else {
            return;
        };
        let line = &source.lines[place];
        let indentation = indentation(line);
        frame.absolute = Some(source.path.clone());
        frame.text = Some(line.clone());
        frame.before = source.line_above(place);
        frame.text_state = TextState::Ok;
        frame.col = frame.col.map(|col| col + indentation);
        frame.end_col = frame.end_col.map(|col| col + indentation);
    }

    fn complete_syntax(&mut self, syntax: &mut Syntax) {
        let file = syntax.file.as_deref().unwrap_or_default();
        let Some((source, place)) = self.find(file, syntax.line, syntax.text.as_deref()) else {
            return;
        };
        let line = &source.lines[place];
        let indentation = indentation(line);
        syntax.text = Some(line.clone());
        syntax.before = source.line_above(place);
        syntax.text_state = TextState::Ok;
        syntax.col = syntax.col.map(|col| col + indentation);
        syntax.end_col = syntax.end_col.map(|col| col + indentation);
    }

    /// The file with that text in that line, and the line's place in it.
    fn find(
        &mut self,
        file: &str,
        line: Option<u64>,
        text: Option<&str>,
    ) -> Option<(&Source, usize)> {
        let place = usize::try_from(line?.checked_sub(1)?).ok()?;
        let are_current = self.are_current;
        let source = self.source(file)?;
        let line = source.lines.get(place)?.trim();
        let is_same = text.map_or(are_current, |text| line == text);
        is_same.then_some((source, place))
    }

    fn source(&mut self, file: &str) -> Option<&Source> {
        if !self.files.contains_key(file) {
            if self.files.len() >= MOST_FILES {
                self.files.clear();
            }
            let source = Source::read(&self.folder.join(file));
            self.files.insert(file.to_owned(), source);
        }
        self.files.get(file)?.as_ref()
    }
}

impl Source {
    /// A text can name anything: only a plain file is opened.
    fn read(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        if !metadata.is_file() || metadata.len() > LONGEST_FILE {
            return None;
        }
        let text = fs::read(path).ok()?;
        let text = String::from_utf8_lossy(&text);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        // As Python sees lines: CR alone ends one, too.
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        Some(Self {
            path: path.to_str()?.to_owned(),
            lines: lines.split('\n').map(str::to_owned).collect(),
        })
    }

    fn line_above(&self, place: usize) -> Option<String> {
        let above = self.lines.get(place.checked_sub(1)?)?;
        Some(above.clone()).filter(|above| !above.trim().is_empty())
    }
}

/// In characters.
fn indentation(line: &str) -> u64 {
    (line.chars().count() - line.trim_start().chars().count()) as u64
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Sources;
    use crate::traceback::raised::TextState;
    use crate::traceback::text::tracebacks;

    const PRINTED: &str = "Traceback (most recent call last):
  File \"lib.py\", line 2, in f
    return a / b
           ~~^~~
  File \"lib.py\", line 1, in f
    it has changed
       ^^^
  File \".\", line 1, in f
    folder
ZeroDivisionError: division by zero
";

    #[test]
    fn a_file_that_has_the_line_gives_its_columns_back() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("lib.py"),
            "def f(a, b):\r\n\treturn a / b\r\n",
        )
        .unwrap();
        let mut traceback = tracebacks(PRINTED.as_bytes()).next().unwrap().unwrap();
        Sources::new(folder.path().to_owned()).complete(&mut traceback);
        let frames = &traceback.raised[0].frames;
        assert_eq!(frames[0].text.as_deref(), Some("\treturn a / b"));
        assert_eq!(frames[0].before.as_deref(), Some("def f(a, b):"));
        assert_eq!((frames[0].col, frames[0].end_col), (Some(9), Some(14)));
        assert_eq!(frames[1].text_state, TextState::Dedented);
        assert_eq!(frames[1].col, Some(4));
        assert_eq!(frames[2].text_state, TextState::Dedented);
    }
}
