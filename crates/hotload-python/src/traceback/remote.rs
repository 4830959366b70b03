//! Errors of worker processes, whose tracebacks arrive as text.
//!
//! `concurrent.futures` and `multiprocessing` raise a worker's exception again, with a cause whose message
//! is the traceback that the worker would have printed. Nothing else says where it was raised.

use std::env;

use super::raised::{MessageState, Raised, Relation};
use super::text::sources::Sources;
use super::text::tracebacks;

/// The types of these causes: that of `multiprocessing`, and that of `concurrent.futures` and others
/// that imitate it, such as loky.
const REMOTE_TYPES: [&str; 2] = ["RemoteTraceback", "_RemoteTraceback"];

/// How many exceptions of one error are listed.
const MOST: usize = 50;

/// The exceptions of an error. Those that contain the traceback of another process get its frames, and
/// are followed by the exceptions that led to it there.
pub(super) fn with_frames(exceptions: Vec<Raised>) -> Vec<Raised> {
    let mut room = MOST.saturating_sub(exceptions.len());
    let mut list: Vec<Raised> = Vec::with_capacity(exceptions.len());
    // The new index of each.
    let mut indexes = Vec::with_capacity(exceptions.len());
    for mut raised in exceptions {
        let parent = raised.exception.parent;
        raised.exception.parent = parent.and_then(|old| indexes.get(old).copied());
        indexes.push(list.len());
        let reported = reported_by(
            &raised,
            parent
                .and_then(|old| indexes.get(old))
                .map(|&index| &list[index]),
        );
        push(&mut list, raised);
        let mut reported = reported.into_iter();
        if let (Some(origin), Some(last)) = (reported.next(), list.last_mut()) {
            last.frames = origin.frames;
            last.left_out = origin.left_out;
            last.gap = origin.gap;
            last.is_remote = true;
        }
        let first = list.len() - 1;
        for mut further in reported.take(room) {
            room -= 1;
            further.exception.parent = further.exception.parent.map(|parent| first + parent);
            push(&mut list, further);
        }
    }
    list
}

fn push(list: &mut Vec<Raised>, mut raised: Raised) {
    raised.exception.id = list.len();
    list.push(raised);
}

/// The exceptions in the message of such a cause, the one that ended the work first. `parent` is that
/// exception as it was raised again.
fn reported_by(raised: &Raised, parent: Option<&Raised>) -> Vec<Raised> {
    let exception = &raised.exception;
    let is_remote = exception.relation == Relation::Cause
        && raised.frames.is_empty()
        // The end, which says where it was raised, is cut off.
        && exception.message_state != MessageState::Truncated
        && REMOTE_TYPES.contains(&exception.type_name.as_str());
    if !is_remote {
        return Vec::new();
    }
    let text = without_message(&exception.message, parent);
    let tracebacks = tracebacks(text.as_bytes()).filter_map(Result::ok);
    let Some(mut traceback) = tracebacks.last() else {
        return Vec::new();
    };
    Sources::new(env::current_dir().unwrap_or_default()).complete(&mut traceback);
    traceback.raised
}

/// The text up to the message of the exception, which may itself contain a traceback.
fn without_message<'t>(text: &'t str, parent: Option<&Raised>) -> &'t str {
    let message = parent.map_or("", |parent| &parent.exception.message);
    let before = text.rfind(message).map(|start| &text[..start]);
    match before.filter(|before| message.contains('\n') && before.ends_with(": ")) {
        Some(before) => before,
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::tracebacks;
    use super::with_frames;
    use crate::traceback::raised::{Raised, Relation};

    /// Three exceptions: the second is the cause of the first, the third that of the second.
    const CHAIN: &str = "Traceback (most recent call last):\n  File \"c.py\", line 3, in h\nOSError: 3\n\n\
        The above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n\
        KeyError: 2\n\nThe above exception was the direct cause of the following exception:\n\n\
        Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nKeyError: 1\n";

    fn chain(type_name: &str, message: &str) -> Vec<Raised> {
        let mut raised = tracebacks(CHAIN.as_bytes()).next().unwrap().unwrap().raised;
        raised[1].exception.type_name = type_name.to_owned();
        raised[1].exception.message = message.to_owned();
        raised
    }

    /// Number, parent, relation, type, frames, and whether it is remote.
    fn described(raised: &[Raised]) -> Vec<String> {
        let lines = raised.iter().map(|one| {
            let exception = &one.exception;
            let frames: Vec<_> = one.frames.iter().map(|frame| frame.file.as_str()).collect();
            let remote = if one.is_remote { " remote" } else { "" };
            let relation = match exception.relation {
                Relation::Root => "root".to_owned(),
                relation => format!("{relation:?} of {:?}", exception.parent.unwrap()),
            };
            format!(
                "{} {relation}: {} {frames:?}{remote}",
                exception.id, exception.type_name
            )
        });
        lines.collect()
    }

    #[test]
    fn a_traceback_of_another_process_gets_its_frames() {
        let in_worker = "Traceback (most recent call last):\n  File \"x.py\", line 8, in g\nIndexError: 5\n\n\
            During handling of the above exception, another exception occurred:\n\n\
            Traceback (most recent call last):\n  File \"w.py\", line 9, in g\nKeyError: 1\n";
        for type_name in ["RemoteTraceback", "_RemoteTraceback"] {
            let raised = with_frames(chain(type_name, &format!("\n\"\"\"\n{in_worker}\"\"\"")));
            let expected = [
                "0 root: KeyError [\"a.py\"]".to_owned(),
                format!("1 Cause of 0: {type_name} [\"w.py\"] remote"),
                "2 Context of 1: IndexError [\"x.py\"]".to_owned(),
                "3 Cause of 1: OSError [\"c.py\"]".to_owned(),
            ];
            assert_eq!(described(&raised), expected);
            assert!(raised[1].exception.message.contains(in_worker));
        }
    }

    #[test]
    fn a_message_without_a_traceback_stays_as_it_is() {
        let in_worker =
            "Traceback (most recent call last):\n  File \"w.py\", line 9, in g\nKeyError: 1\n";
        for (type_name, message) in [("RemoteTraceback", "lost"), ("RemoteError", in_worker)] {
            let raised = chain(type_name, message);
            assert_eq!(with_frames(raised.clone()), raised);
        }
    }
}
