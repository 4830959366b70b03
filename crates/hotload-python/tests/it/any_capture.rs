//! Whatever a driver sends for an error, even one whose names user code has broken, is decoded or
//! refused, and each frame of it is counted.

use hotload_python::traceback::capture::Capture;
use hotload_python::traceback::fold;
use hotload_python::traceback::territory::Territory;
use hotload_python::transport::hello::Hello;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::any_text::config;

fn hello() -> Hello {
    Hello {
        version: "3.11.7".parse().unwrap(),
        implementation: "cpython".into(),
        platform: "linux".into(),
        process_id: 1,
        executable: "/usr/bin/python3".into(),
        stdout: "TextIOWrapper".into(),
        build: String::new(),
    }
}

fn site() -> impl Strategy<Value = Value> {
    let file = prop_oneof![
        Just("/project/lib.py"),
        Just("/usr/lib/python3.11/json/decoder.py"),
        Just("/project/.venv/lib/python3.11/site-packages/x.py"),
        Just("<frozen importlib._bootstrap>"),
        Just("<string>"),
        Just("")
    ];
    let function = prop_oneof![
        Just("f"),
        Just("<module>"),
        Just("<listcomp>"),
        Just("日本")
    ];
    let number = || proptest::option::of(any::<u32>());
    (file, function, number(), number(), number(), ".{0,20}").prop_map(
        |(file, function, line, col, end, text)| {
            json!({
                "file": file, "abs": file, "line": line, "stmt_line": line, "col": col,
                "end_line": line, "end_col": end, "func": function, "qual": null, "text": text,
                "before": null, "text_state": "ok",
            })
        },
    )
}

fn exception() -> impl Strategy<Value = Value> {
    let relation = prop_oneof![Just("root"), Just("cause"), Just("context"), Just("member")];
    // Also frames at sites that are not there, and parents after their children.
    let frames = prop::collection::vec(0..12_usize, 0..60);
    let parent = proptest::option::of(0..9_usize);
    let gap = proptest::option::of((0..70_usize, 0..70_usize));
    let gap = gap.prop_map(|gap| gap.map(|(at, period)| json!({"at": at, "period": period})));
    (relation, parent, frames, 0..5_u64, (0..500_u64, gap), "\\PC{0,30}").prop_map(
        |(relation, parent, frames, tool, (left_out, gap), message)| {
            json!({
                "relation": relation, "parent": parent, "type": "E", "qualname": null,
                "module": "lib", "message": message, "message_state": "ok", "message_chars": 3,
                "message_lines": 1, "hint": null, "notes": [], "note_lines": [], "notes_total": 0,
                "group_total": null, "syntax": null,
                "frames": frames, "tool": tool, "left_out": left_out, "gap": gap,
            })
        },
    )
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_frame_is_listed_or_counted(
        sites in prop::collection::vec(site(), 0..10),
        exceptions in prop::collection::vec(exception(), 1..6),
    ) {
        let sent = json!({"phase": "run", "thread": null, "stdlib": ["/usr/lib/python3.11"],
            "sites": sites, "exceptions": exceptions});
        let capture: Capture = serde_json::from_value(sent).unwrap();
        let report = fold::report(capture.decode(&hello()).unwrap(), &Territory::default());
        prop_assert_eq!(report.exceptions.len(), exceptions.len());
        for (told, sent) in report.exceptions.iter().zip(&exceptions) {
            let listed: u64 = told.frames.iter().map(|listed| listed.frame.repeat).sum();
            let hidden = told.hidden.tool + told.hidden.import + told.hidden.folded + told.hidden.left_out;
            let known = sent["frames"].as_array().unwrap().iter();
            let known = known.filter(|site| site.as_u64().unwrap() < sites.len() as u64).count() as u64;
            let uncounted = sent["tool"].as_u64().unwrap() + sent["left_out"].as_u64().unwrap();
            prop_assert_eq!(listed + hidden, known + uncounted);
            // A reader that follows the parents comes to the root.
            prop_assert!(told.exception.parent.is_none_or(|parent| parent < told.exception.id));
        }
        let event = serde_json::to_string(&report).unwrap();
        let read: Value = serde_json::from_str(&event).unwrap();
        prop_assert_eq!(read, serde_json::to_value(&report).unwrap());
    }
}

#[test]
fn an_error_without_an_exception_is_refused() {
    for sent in [
        json!({}),
        json!({"exceptions": []}),
        json!({"phase": "exit", "sites": []}),
    ] {
        let capture: Capture = serde_json::from_value(sent).unwrap();
        assert!(capture.decode(&hello()).is_none());
    }
}
