//! Where the standard output of a program goes when hotload holds it.

use std::fmt;
use std::io;
use std::sync::Arc;

/// Takes what a program prints when hotload holds its standard output.
#[derive(Clone)]
pub struct Sink(Arc<Write>);

type Write = dyn Fn(&[u8]) -> io::Result<()> + Send + Sync;

impl Sink {
    /// Passes everything to `write`, which is called from a thread. After an error the program's
    /// standard output is closed.
    pub fn new(write: impl Fn(&[u8]) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Discards everything.
    #[must_use]
    pub fn discard() -> Self {
        Self::new(|_| Ok(()))
    }

    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        match bytes {
            [] => Ok(()),
            _ => (self.0)(bytes),
        }
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}
