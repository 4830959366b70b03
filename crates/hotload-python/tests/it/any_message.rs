//! Every message in every state is either expected or ends the interpreter: none is waited on for ever.
//!
//! The test plays the interpreter; hotload's side is real.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use hotload_core::running::input::{Inbox, Input};
use hotload_core::running::step::{Step, StepContext};
use hotload_core::running::worker::{News, Worker};
use hotload_core::watching::change_set::ChangeSet;
use hotload_python::discovery::Candidates;
use hotload_python::discovery::candidate::{Candidate, Provenance};
use hotload_python::interpreter::Interpreter;
use hotload_python::interpreter::settings::Settings;
use hotload_python::start::StandardInput;
use hotload_python::steps::PythonStep;
use hotload_python::targets::Target;
use hotload_python::targets::reach::Level;
use hotload_python::traceback::territory::Territory;
use hotload_python::transport::Sink;
use hotload_python::{ProcessGroup, Processes, WhenEnded};

/// Starts nothing: keeps the shim, and whether the program was killed.
#[derive(Default)]
struct Fake {
    shim: RefCell<String>,
    ended: RefCell<Option<WhenEnded>>,
    is_killed: Rc<Cell<bool>>,
}

struct FakeGroup(Rc<Cell<bool>>);

impl Processes for Fake {
    fn spawn(&self, command: Command, ended: WhenEnded) -> io::Result<Box<dyn ProcessGroup>> {
        let shim = command.get_args().last().unwrap();
        *self.shim.borrow_mut() = std::fs::read_to_string(shim)?;
        *self.ended.borrow_mut() = Some(ended);
        Ok(Box::new(FakeGroup(Rc::clone(&self.is_killed))))
    }
}

impl ProcessGroup for FakeGroup {
    fn id(&self) -> u32 {
        42
    }

    fn interrupt(&self) -> bool {
        true
    }

    fn kill(&self) {
        self.0.set(true);
    }

    fn owns_terminal(&self) -> bool {
        false
    }

    fn release_terminal(&self) -> bool {
        false
    }
}

/// What an interpreter is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Starting,
    Idle,
    StepSent,
    StepBegun,
    Asking,
    Leaving,
}

const STATES: [State; 6] = [
    State::Starting,
    State::Idle,
    State::StepSent,
    State::StepBegun,
    State::Asking,
    State::Leaving,
];

const FOUND: &str = r#"{"reply":"found","files":["/p/lib.py"]}"#;
const BEGUN: &str = r#"{"reply":"begun"}"#;
const RESULT: &str = r#"{"reply":"result","outcome":"ok"}"#;
const WATCHES: &str = r#"{"reply":"result","outcome":"ok",
    "watched":{"folders":[],"files":[],"is_live":true}}"#;

/// Each message, and the states in which it is expected; `None` for all.
#[rustfmt::skip]
const MESSAGES: [(&str, Option<&[State]>); 12] = [
    (FOUND,                                         Some(&[State::Starting])),
    (r#"{"reply":"found","files":[]}"#,             Some(&[])),
    (r#"{"reply":"found","files":[null]}"#,         Some(&[])),
    (BEGUN,                                         Some(&[State::StepSent])),
    (RESULT,                                        Some(&[State::StepSent, State::StepBegun, State::Asking])),
    (r#"{"reply":"errors","errors":[]}"#,           None),
    (r#"{"reply":"interrupted"}"#,                  None),
    (r#"{"reply":"printed","text":"x"}"#,           None),
    (r#"{"reply":"compiled","parts":{}}"#,          None),
    (r#"{"reply":"up"}"#,                           None),
    (r#"{"reply":"unheard-of"}"#,                   Some(&[])),
    (r#"{}"#,                                       Some(&[])),
];

/// hotload's side, and the test's end of the connection.
struct Session {
    interpreter: Interpreter,
    inputs: Receiver<Input<Interpreter>>,
    inbox: Inbox<Interpreter>,
    peer: TcpStream,
    is_killed: Rc<Cell<bool>>,
    is_fatal: bool,
}

impl Session {
    fn in_state(state: State) -> Self {
        let mut session = Self::connected();
        if state != State::Starting {
            session.sends(FOUND);
        }
        match state {
            State::Starting | State::Idle => {}
            State::StepSent => session.starts_step(),
            State::StepBegun => {
                session.starts_step();
                session.sends(BEGUN);
            }
            State::Asking => {
                session.starts_step();
                session.sends(BEGUN);
                session.sends(WATCHES);
                let later = Instant::now() + Duration::from_secs(2);
                // The first one prepares for errors.
                let _ = session.interpreter.tick(later);
                let _ = session.interpreter.tick(later);
                assert!(!session.interpreter.is_ready());
            }
            State::Leaving => session.interpreter.restart(),
        }
        assert!(!session.is_over(), "{state:?}");
        session
    }

    fn connected() -> Self {
        let (inbox, inputs) = Inbox::new();
        let fake = Rc::new(Fake::default());
        let processes = Rc::clone(&fake) as Rc<dyn Processes>;
        let interpreter =
            Interpreter::start(candidates(), settings(), processes, inbox.clone()).unwrap();
        let shim = fake.shim.borrow().clone();
        let port = between(&shim, "'127.0.0.1', int('", "'")
            .parse::<u16>()
            .unwrap();
        let mut peer = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let hello = "3.11.7 cpython linux 42 2f.70 file 33.2e";
        let token = shim
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .find(|word| word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit()));
        writeln!(peer, "hotload {} {hello}", token.unwrap()).unwrap();
        let mut unread = peer.try_clone().unwrap();
        std::thread::spawn(move || io::copy(&mut unread, &mut io::sink()));
        let mut session = Self {
            interpreter,
            inputs,
            inbox,
            peer,
            is_killed: Rc::clone(&fake.is_killed),
            is_fatal: false,
        };
        session.takes_one();
        session
    }

    /// Has hotload take what the interpreter sends.
    fn sends(&mut self, message: &str) {
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        let frame = [&length, message.as_bytes()].concat();
        self.peer.write_all(&frame).unwrap();
        self.takes_one();
    }

    fn takes_one(&mut self) {
        let input = self.inputs.recv_timeout(Duration::from_secs(20)).unwrap();
        let Input::Worker(event) = input else {
            panic!("something else than an event")
        };
        let news = self.interpreter.receive(event);
        self.is_fatal |= news.iter().any(|item| matches!(item, News::Fatal(_)));
    }

    fn starts_step(&mut self) {
        let mut step = PythonStep::reload(&target());
        let mut context = StepContext {
            worker: &mut self.interpreter,
            inbox: &self.inbox,
            changes: &ChangeSet::default(),
        };
        let _ = Step::start(&mut step, &mut context);
    }

    fn is_over(&self) -> bool {
        self.is_killed.get() || self.is_fatal
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split(before)
        .nth(1)
        .unwrap()
        .split(after)
        .next()
        .unwrap()
}

fn target() -> Target {
    Target::parse("some_module_that_is_not_here", Path::new(".")).unwrap()
}

fn candidates() -> Candidates {
    let candidate = Candidate {
        program: "python".into(),
        arguments: Vec::new(),
        source: Provenance::Given,
        host: None,
        version: None,
        trust: None,
    };
    vec![candidate].into()
}

fn settings() -> Settings {
    Settings {
        launch: None,
        targets: vec![target()],
        level: Level::Module,
        roots: Vec::new(),
        current_folder: ".".into(),
        arguments: Vec::new(),
        standard_input: StandardInput::Silence,
        shared_folder: None,
        code_cache: None,
        start_timeout: Duration::from_secs(60),
        native_tracebacks: false,
        output: Sink::new(|_| Ok(())),
        territory: Territory::new(None, std::iter::empty(), Vec::new()),
    }
}

#[test]
fn every_message_is_expected_or_ends_the_interpreter() {
    for state in STATES {
        for (message, expected) in MESSAGES {
            let mut session = Session::in_state(state);
            session.sends(message);
            let is_expected = expected.is_none_or(|states| states.contains(&state));
            // It is ending already, and is killed if that takes too long.
            let is_leaving = state == State::Leaving;
            assert!(
                is_leaving || session.is_over() != is_expected,
                "{message} while {state:?}"
            );
        }
    }
}
