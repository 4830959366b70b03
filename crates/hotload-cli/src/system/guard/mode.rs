//! The whole mode of a terminal as a line of text, as `stty -g` writes it.

use std::fmt;
use std::os::fd::AsFd;
use std::str::FromStr;

use nix::sys::termios::{
    ControlFlags, InputFlags, LocalFlags, OutputFlags, SetArg, Termios, tcgetattr, tcsetattr,
};

/// The mode that a terminal had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WholeMode {
    /// Those for input, output, control and local modes.
    flags: [u64; 4],
    control_characters: Vec<u8>,
}

impl WholeMode {
    #[allow(clippy::useless_conversion)] // the flags have 32 bits on Linux and 64 on macOS
    pub(super) fn of(mode: &Termios) -> Self {
        let flags = [
            mode.input_flags.bits().into(),
            mode.output_flags.bits().into(),
            mode.control_flags.bits().into(),
            mode.local_flags.bits().into(),
        ];
        Self {
            flags,
            control_characters: mode.control_chars.to_vec(),
        }
    }

    /// Puts it back.
    #[allow(clippy::unnecessary_cast)] // as above; the number was one of these flags
    pub(super) fn put_back(&self, terminal: impl AsFd + Copy) {
        let Ok(mut mode) = tcgetattr(terminal) else {
            return;
        };
        let [input, output, control, local] = self.flags;
        mode.input_flags = InputFlags::from_bits_retain(input as _);
        mode.output_flags = OutputFlags::from_bits_retain(output as _);
        mode.control_flags = ControlFlags::from_bits_retain(control as _);
        mode.local_flags = LocalFlags::from_bits_retain(local as _);
        for (current, before) in mode.control_chars.iter_mut().zip(&self.control_characters) {
            *current = *before;
        }
        // Now, not after pending output: after Ctrl-S that could take forever.
        let _ = tcsetattr(terminal, SetArg::TCSANOW, &mode);
    }
}

impl fmt::Display for WholeMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [input, output, control, local] = self.flags;
        write!(f, "{input:x}:{output:x}:{control:x}:{local:x}")?;
        for character in &self.control_characters {
            write!(f, ":{character:x}")?;
        }
        Ok(())
    }
}

/// The text is not a mode.
#[derive(Debug)]
pub(super) struct NoMode;

impl FromStr for WholeMode {
    type Err = NoMode;

    fn from_str(text: &str) -> Result<Self, NoMode> {
        let mut parts = text.split(':').map(|part| u64::from_str_radix(part, 16));
        let mut flags = [0; 4];
        for flag in &mut flags {
            *flag = parts.next().and_then(Result::ok).ok_or(NoMode)?;
        }
        let characters =
            parts.map(|part| u8::try_from(part.map_err(|_| NoMode)?).map_err(|_| NoMode));
        Ok(Self {
            flags,
            control_characters: characters.collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::WholeMode;

    #[test]
    fn a_mode_comes_through_a_line_of_text() {
        let mode = WholeMode {
            flags: [0x500, 5, 0xbf, 0x8a3b],
            control_characters: vec![3, 0x1c, 0x7f, 0],
        };
        assert_eq!(mode.to_string(), "500:5:bf:8a3b:3:1c:7f:0");
        assert_eq!(mode.to_string().parse::<WholeMode>().unwrap(), mode);
        for text in ["", "1:2:3", "1:2:3:x", "1:2:3:4:100"] {
            assert!(text.parse::<WholeMode>().is_err(), "{text:?}");
        }
    }
}
