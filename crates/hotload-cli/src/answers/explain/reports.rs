//! From tracebacks to the text that shows them.

use std::env;

use hotload_python::traceback::fold;
use hotload_python::traceback::raised::Traceback;
use hotload_python::traceback::territory::Territory;
use hotload_python::traceback::text::sources::Sources;

use crate::render;
use crate::render::error::Look;

/// Makes reports. No interpreter can say where its libraries are, so the usual folders have to do.
pub(super) struct Reports {
    sources: Sources,
    territory: Territory,
    look: Look,
}

impl Reports {
    pub(super) fn new(look: Look) -> Self {
        let folder = env::current_dir().ok();
        Self {
            territory: Territory::new(folder.as_deref(), [], Vec::new()),
            sources: Sources::new(folder.unwrap_or_default()),
            look,
        }
    }

    pub(super) fn report(&mut self, mut traceback: Traceback) -> String {
        self.sources.complete(&mut traceback);
        let report = fold::report(traceback, &self.territory);
        render::error::report(&report, &[], self.look)
    }
}
