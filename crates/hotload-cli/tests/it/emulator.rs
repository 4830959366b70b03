//! A terminal emulator: what a terminal is like after everything that was written to it.

use std::num::NonZero;

use vt100::{Callbacks, Parser, Screen};

/// The title, and its stack, which the emulator leaves to its user.
#[derive(Default)]
struct Titles {
    title: String,
    stack: Vec<String>,
    progress: String,
}

impl Callbacks for Titles {
    fn set_window_title(&mut self, _: &mut Screen, title: &[u8]) {
        self.title = String::from_utf8_lossy(title).into_owned();
    }

    fn unhandled_csi(
        &mut self,
        _: &mut Screen,
        _: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        letter: char,
    ) {
        let number = |index: usize| parameters.get(index).and_then(|it| it.first().copied());
        match (letter, number(0)) {
            ('t', Some(22)) => self.stack.push(self.title.clone()),
            ('t', Some(23)) => self.title = self.stack.pop().unwrap_or_default(),
            _ => {}
        }
    }

    fn unhandled_osc(&mut self, _: &mut Screen, parameters: &[&[u8]]) {
        if let [b"9", b"4", rest @ ..] = parameters {
            self.progress = String::from_utf8_lossy(rest.first().unwrap_or(&&b""[..])).into_owned();
        }
    }
}

/// A terminal with 24 lines of 80 columns.
pub(crate) struct Emulator(Parser<Titles>);

impl Emulator {
    pub(crate) fn after(written: &str) -> Self {
        let (rows, columns) = (NonZero::new(24).unwrap(), NonZero::new(80).unwrap());
        let mut parser = Parser::new_with_callbacks(rows, columns, 0, Titles::default());
        parser.process(written.as_bytes());
        Self(parser)
    }

    pub(crate) fn title(&self) -> &str {
        &self.0.callbacks().title
    }

    /// Everything that outlives the text on the screen: modes, colours, the cursor's look, the title and
    /// those that are saved below it, and progress.
    pub(crate) fn state(&self) -> String {
        let (screen, titles) = (self.0.screen(), self.0.callbacks());
        format!(
            "modes {:?}\nattributes {:?}\nalternate screen {}\ncursor {} {:?}\ntitle {:?} on {:?}\nprogress {:?}\n",
            screen.input_mode_formatted(),
            screen.attributes_formatted(),
            screen.alternate_screen(),
            if screen.hide_cursor() {
                "hidden"
            } else {
                "shown"
            },
            screen.cursor_style(),
            titles.title,
            titles.stack,
            titles.progress.trim_start_matches('0'),
        )
    }

    /// The lines with something on them, each in pieces of one look.
    pub(crate) fn lines(&self) -> Vec<Vec<Piece>> {
        let rows = (0..24).map(|row| self.pieces(row));
        let mut lines: Vec<Vec<Piece>> = rows.collect();
        while lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        lines
    }

    fn pieces(&self, row: u16) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for column in 0..80 {
            let cell = self.0.screen().cell(row, column).unwrap();
            let look = Look {
                color: cell.fgcolor(),
                is_bold: cell.bold(),
                is_dim: cell.dim(),
            };
            let text = if cell.has_contents() {
                cell.contents()
            } else {
                " "
            };
            match pieces.last_mut() {
                Some(last) if last.look == look => last.text.push_str(text),
                _ => pieces.push(Piece {
                    text: text.into(),
                    look,
                }),
            }
        }
        let is_blank = |piece: &Piece| piece.text.trim_end().is_empty();
        while pieces.last().is_some_and(is_blank) {
            pieces.pop();
        }
        if let Some(last) = pieces.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        pieces
    }
}

/// Text of one look.
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) look: Look,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Look {
    pub(crate) color: vt100::Color,
    pub(crate) is_bold: bool,
    pub(crate) is_dim: bool,
}
