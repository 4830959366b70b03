//! The source lines that a text mentions, from the files as they are now.
//!
//! A printed line has lost its indentation. If the file is here and still contains that line, it supplies
//! the indentation, and with it exact columns, and the line above.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::traceback::raised::{Frame, Syntax, TextState, Traceback};

/// Longer files are not read.
const LONGEST_FILE: u64 = 8 << 20;

/// How many files are kept in memory.
const MOST_FILES: usize = 16;

/// Reads files, each once for all frames.
pub struct Sources {
    /// The folder that relative paths are relative to.
    folder: PathBuf,
    /// Whether the files are known to be what ran, so that they supply lines that the text does not show.
    are_current: bool,
    /// `None` for a file that cannot be used.
    files: BTreeMap<String, Option<SourceFile>>,
}

struct SourceFile {
    path: String,
    lines: Vec<String>,
}

impl Sources {
    /// Relative paths are relative to this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            are_current: false,
            files: BTreeMap::new(),
        }
    }

    /// The same for a text that was just written. A crash dump shows no source lines.
    #[must_use]
    pub fn current(folder: PathBuf) -> Self {
        Self {
            are_current: true,
            ..Self::new(folder)
        }
    }

    /// Adds what the files still contain.
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
        let Some((source, index)) = self.find(&frame.file, frame.line, frame.text.as_deref())
        else {
            return;
        };
        let line = &source.lines[index];
        let indentation = indentation(line);
        frame.absolute = Some(source.path.clone());
        frame.text = Some(line.clone());
        frame.before = source.line_above(index);
        frame.text_state = TextState::Ok;
        frame.col = frame.col.map(|col| col + indentation);
        frame.end_col = frame.end_col.map(|col| col + indentation);
        frame.inner = frame
            .inner
            .map(|(from, to)| (from + indentation, to + indentation));
    }

    fn complete_syntax(&mut self, syntax: &mut Syntax) {
        let file = syntax.file.as_deref().unwrap_or_default();
        let Some((source, index)) = self.find(file, syntax.line, syntax.text.as_deref()) else {
            return;
        };
        let line = &source.lines[index];
        let indentation = indentation(line);
        syntax.text = Some(line.clone());
        syntax.before = source.line_above(index);
        syntax.text_state = TextState::Ok;
        syntax.col = syntax.col.map(|col| col + indentation);
        syntax.end_col = syntax.end_col.map(|col| col + indentation);
    }

    /// The file, and the index of the line in it, if the line has this text.
    fn find(
        &mut self,
        file: &str,
        line: Option<u64>,
        text: Option<&str>,
    ) -> Option<(&SourceFile, usize)> {
        let index = usize::try_from(line?.checked_sub(1)?).ok()?;
        let are_current = self.are_current;
        let source = self.source(file)?;
        let line = source.lines.get(index)?.trim();
        let is_same = text.map_or(are_current, |text| line == text);
        is_same.then_some((source, index))
    }

    fn source(&mut self, file: &str) -> Option<&SourceFile> {
        if !self.files.contains_key(file) {
            if self.files.len() >= MOST_FILES {
                self.files.clear();
            }
            let source = SourceFile::read(&self.folder.join(file));
            self.files.insert(file.to_owned(), source);
        }
        self.files.get(file)?.as_ref()
    }
}

impl SourceFile {
    /// A text can name anything, so only regular files are opened.
    fn read(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        if !metadata.is_file() || metadata.len() > LONGEST_FILE {
            return None;
        }
        let text = fs::read(path).ok()?;
        let text = String::from_utf8_lossy(&text);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        // As for Python, a carriage return alone ends a line too.
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        Some(Self {
            path: path.to_str()?.to_owned(),
            lines: lines.split('\n').map(str::to_owned).collect(),
        })
    }

    fn line_above(&self, index: usize) -> Option<String> {
        let above = self.lines.get(index.checked_sub(1)?)?;
        Some(above.clone()).filter(|above| !above.trim().is_empty())
    }
}

/// How many characters a line is indented by.
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
    fn a_file_that_has_the_line_supplies_its_columns() {
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
