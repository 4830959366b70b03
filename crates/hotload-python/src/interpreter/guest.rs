//! Programs that are already running and join: how one comes in, and how it leaves.
//!
//! hotload never ends such a program. It only has it run steps, and closes the connection.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hotload_core::running::input::{Inbox, Input};
use hotload_core::running::process::{ProcessGroup, Processes};
use hotload_core::running::report::Outcome;
use hotload_core::running::worker::News;

use crate::discovery::Candidates;
use crate::discovery::candidate::Candidate;
use crate::driver::code_cache::Program;
use crate::driver::sending;
use crate::interpreter::settings::{self, GuestSettings, Settings};
use crate::interpreter::state::{Afterwards, Connected, End, Joining, Ordered, State, Up, Work};
use crate::interpreter::{Event, EventKind, Interpreter};
use crate::outcome::failure::Failure;
use crate::outcome::guest::{GuestNotice, Joined};
use crate::outcome::notice::{Notice, Ready};
use crate::path;
use crate::protocol::message::{Reply, Request};
use crate::start::error::StartError;
use crate::start::guest_file::GuestFile;
use crate::transport::frame;
use crate::transport::hello::Hello;
use crate::transport::tokens::Tokens;
use crate::transport::{Arrival, Connection, Reception, Writer};

/// A step that has not begun after this time is reported: the host is busy, or its loop calls no more.
pub(super) const TIME_TO_BEGIN: Duration = Duration::from_secs(2);

/// A step that goes on after this time may have missed its interrupt.
const TIME_TO_NOTICE: Duration = Duration::from_millis(100);

/// Where programs join.
pub(super) struct Door {
    settings: GuestSettings,
    file: GuestFile,
    tokens: Tokens,
    /// Listens until this is dropped.
    _reception: Reception,
}

/// The process of a guest, which is not ours.
struct ForeignProcess(u32);

impl ProcessGroup for ForeignProcess {
    fn id(&self) -> u32 {
        self.0
    }

    fn interrupt(&self) -> bool {
        false
    }

    fn kill(&self) {}

    fn owns_terminal(&self) -> bool {
        false
    }

    fn release_terminal(&self) -> bool {
        false
    }
}

impl Interpreter {
    /// Waits for programs that are already running. What becomes of that comes in through `inbox`.
    ///
    /// # Errors
    ///
    /// When the file cannot be written that a program runs to join.
    pub fn wait_for_guests(
        settings: Settings,
        guest: GuestSettings,
        processes: Rc<dyn Processes>,
        inbox: Inbox<Self>,
    ) -> Result<Self, StartError> {
        let announce = |file: &std::path::Path| processes.remove_file_in_the_end(file);
        let file = GuestFile::claim(&guest.files, announce).map_err(StartError::preparation)?;
        let door = open_door(file, guest, &inbox).map_err(StartError::preparation)?;
        let waiting = GuestNotice::Waiting {
            file: door.file.path().to_path_buf(),
            again: false,
        };
        let candidates = Candidates::from(vec![Candidate::guest()]);
        Ok(Self {
            state: State::Waiting,
            door: Some(door),
            early_news: vec![News::Notice(Notice::Guest(waiting))],
            ..Self::none_yet(candidates, settings, processes, inbox)
        })
    }

    pub(super) fn is_guest(&self) -> bool {
        self.door.is_some()
    }

    /// A program has run the file.
    pub(super) fn at_door(&mut self, arrival: Arrival) -> Vec<News<Self>> {
        let (Arrival::First(connection), Some(door)) = (arrival, self.door.take()) else {
            return Vec::new();
        };
        let tokens = door.tokens.clone();
        // For the next one: tokens are used once.
        match open_door(door.file, door.settings, &self.inbox) {
            Ok(door) => self.door = Some(door),
            Err(error) => return vec![News::Fatal(StartError::preparation(error))],
        }
        match self.refusal(&connection.hello) {
            Some(why) => refuse(connection, &tokens, why),
            None => {
                let mut news = self.replace_guest();
                news.append(&mut self.let_in(connection, &tokens));
                news
            }
        }
    }

    fn refusal(&self, hello: &Hello) -> Option<String> {
        let known = match &self.state {
            State::Up(up) => Some(&up.connection),
            State::Joining(joining) => Some(&joining.connected),
            _ => None,
        };
        let version = hello.version;
        if !version.is_supported() {
            return Some(format!(
                "this is Python {version}, and hotload needs 2.7, or 3.4 or newer"
            ));
        }
        let other = known.filter(|known| known.hello.process_id != hello.process_id)?;
        Some(format!(
            "process {} has joined this session; start another one with `hotload --guest`",
            other.hello.process_id
        ))
    }

    /// The same program joins again: what it was asked for before has no answer.
    fn replace_guest(&mut self) -> Vec<News<Self>> {
        match &self.state {
            State::Up(up) => up.connection.writer.close(),
            State::Joining(joining) => joining.connected.writer.close(),
            _ => return Vec::new(),
        }
        self.step_lost()
    }

    fn let_in(&mut self, connection: Connection, tokens: &Tokens) -> Vec<News<Self>> {
        let Connection {
            hello,
            transport,
            reader,
            mut writer,
        } = connection;
        let Some(door) = &self.door else {
            return Vec::new();
        };
        self.starts += 1;
        let program = Program::text(&sending::guest_for(&hello));
        let join = frame::encode(&settings::join(&self.settings, &door.settings));
        // A connection that cannot be written to ends, which its reader reports.
        let sent = program.send(tokens, &mut writer);
        let _ = sent.and_then(|()| writer.write_all(&join));
        self.hello = Some(hello.clone());
        self.state = State::Joining(Box::new(Joining {
            connected: Connected {
                hello,
                transport,
                writer,
            },
            since: Instant::now(),
            files: Vec::new(),
            chosen: None,
            is_lateness_reported: false,
        }));
        match self.read_frames(reader) {
            Ok(()) => Vec::new(),
            Err(error) => vec![News::Fatal(StartError::preparation(error))],
        }
    }

    /// Takes a message that only a guest sends; gives others back.
    pub(super) fn guest_replied(&mut self, reply: Reply) -> Result<Vec<News<Self>>, Reply> {
        if !self.is_guest() {
            return Err(reply);
        }
        let about = |notice| vec![News::Notice(Notice::Guest(notice))];
        match (&mut self.state, reply) {
            (_, Reply::Left { why }) => Ok(self.guest_left(Some(why))),
            (_, Reply::RowFailed { row, key, why }) => {
                let place = self.place_of(&row, &key);
                Ok(about(GuestNotice::RowFailed {
                    row,
                    key,
                    place,
                    why,
                }))
            }
            (_, Reply::OutputDropped { characters }) => {
                Ok(about(GuestNotice::OutputDropped { characters }))
            }
            (State::Joining(joining), Reply::Found { files }) => {
                let files: Vec<PathBuf> = files.iter().flatten().map(path::watched).collect();
                joining.files = files;
                Ok(Vec::new())
            }
            (State::Joining(joining), Reply::Chosen { name, host }) => {
                joining.chosen = Some(Joined {
                    host,
                    loop_name: name,
                });
                joining.since = Instant::now();
                send(&mut joining.connected.writer, &Request::Look);
                Ok(Vec::new())
            }
            (State::Joining(_), Reply::Joined) => Ok(self.guest_is_up()),
            (State::Up(up), Reply::Waits { why }) => {
                if let Work::Step { silent_at, .. } = &mut up.work {
                    *silent_at = None;
                }
                Ok(about(GuestNotice::Waits { why }))
            }
            (State::Up(up), Reply::Begun) if matches!(up.work, Work::Withdrawn) => {
                // It has begun before it could be withdrawn.
                send(&mut up.connection.writer, &Request::Interrupt);
                Ok(Vec::new())
            }
            (State::Up(up), Reply::Result(_)) if matches!(up.work, Work::Withdrawn) => {
                up.rest();
                Ok(Vec::new())
            }
            (_, reply) => Err(reply),
        }
    }

    /// Where a row of a configuration file has a key.
    fn place_of(&self, row: &str, key: &str) -> Option<String> {
        let mut rows = self.door.iter().flat_map(|door| &door.settings.rows);
        let row = rows.find(|known| known.name == row)?;
        row.places.get(key).cloned()
    }

    fn guest_is_up(&mut self) -> Vec<News<Self>> {
        let State::Joining(joining) = std::mem::replace(&mut self.state, State::Waiting) else {
            return Vec::new();
        };
        let ready = Ready {
            candidate: Candidate::guest(),
            hello: joining.connected.hello.clone(),
            restarts: self.generation,
            transport: joining.connected.transport,
            start_time: joining.since.elapsed(),
            left_out: Vec::new(),
            joined: joining.chosen,
        };
        self.generation += 1;
        let process = ForeignProcess(joining.connected.hello.process_id);
        self.state = State::Up(Box::new(Up {
            process: Box::new(process),
            connection: joining.connected,
            shim: None,
            reception: None,
            has_state: false,
            loaded: BTreeSet::new(),
            in_use: BTreeSet::new(),
            is_garbled: false,
            work: Work::Idle {
                since: Instant::now(),
                is_prepared: false,
            },
            end: End::No,
        }));
        let mut news: Vec<News<Self>> = joining.files.into_iter().map(News::InUse).collect();
        news.push(News::Notice(Notice::Ready(ready)));
        news.push(News::Fresh);
        news.push(News::Unserved);
        news
    }

    /// The guest has gone. `why` is what it has said, if it has said anything.
    pub(super) fn guest_left(&mut self, why: Option<String>) -> Vec<News<Self>> {
        if self.afterwards == Afterwards::Quit {
            self.state = State::Gone;
            return Vec::new();
        }
        if !matches!(self.state, State::Up(_) | State::Joining(_)) {
            return Vec::new();
        }
        let mut news = vec![News::Notice(Notice::Guest(GuestNotice::Left { why }))];
        news.append(&mut self.step_lost());
        if let Some(door) = &self.door {
            let file = door.file.path().to_path_buf();
            let waiting = GuestNotice::Waiting { file, again: true };
            news.push(News::Notice(Notice::Guest(waiting)));
        }
        news
    }

    /// What it has sent is not a message.
    pub(super) fn guest_garbled(&mut self) -> Vec<News<Self>> {
        if let State::Up(up) = &self.state {
            up.connection.writer.close();
        }
        self.guest_left(Some(
            "its connection carried something else than messages".into(),
        ))
    }

    /// No guest is there any more; whatever it still sends is ignored.
    fn step_lost(&mut self) -> Vec<News<Self>> {
        self.starts += 1;
        match std::mem::replace(&mut self.state, State::Waiting) {
            State::Up(up) if up.is_running_step() => vec![
                News::Lost,
                News::StepEnded(Outcome::Failed(Failure::InterpreterDied)),
            ],
            _ => Vec::new(),
        }
    }

    /// Interrupts the running step, or takes it back if it has not begun.
    pub(super) fn interrupt_guest(&mut self) {
        let State::Up(up) = &mut self.state else {
            return;
        };
        let Work::Step {
            has_begun,
            remind_at,
            ..
        } = &mut up.work
        else {
            return;
        };
        if *has_begun {
            *remind_at = Some(Instant::now() + TIME_TO_NOTICE);
            up.order(Ordered::Interrupt);
            send(&mut up.connection.writer, &Request::Interrupt);
            return;
        }
        up.work = Work::Withdrawn;
        send(&mut up.connection.writer, &Request::Withdraw);
        self.early_news
            .push(News::StepEnded(Outcome::Interrupted(Failure::Stopped {
                what: "taken back before it began".into(),
                at_terminal: false,
                location: None,
            })));
    }

    /// Asks the guest to leave, as the session ends.
    pub(super) fn dismiss_guest(&mut self) {
        match &mut self.state {
            State::Up(up) if up.is_ready() => send(&mut up.connection.writer, &Request::Quit),
            _ => self.drop_guest(),
        }
    }

    /// Closes the connection. The guest notices when nothing runs in it.
    pub(super) fn drop_guest(&mut self) {
        match &self.state {
            State::Up(up) => up.connection.writer.close(),
            State::Joining(joining) => joining.connected.writer.close(),
            _ => {}
        }
        self.state = State::Gone;
    }
}

/// Writes the file anew, with a port and tokens that were not used before.
fn open_door(
    file: GuestFile,
    settings: GuestSettings,
    inbox: &Inbox<Interpreter>,
) -> io::Result<Door> {
    let tokens = Tokens::random()?;
    let inbox = inbox.clone();
    let arrived = move |arrival| {
        inbox.send(Input::Worker(Event {
            start: 0,
            kind: EventKind::AtDoor(arrival),
        }));
    };
    let reception = Reception::open_socket(&tokens, Box::new(arrived))?;
    file.write(reception.port(), &tokens)?;
    Ok(Door {
        settings,
        file,
        tokens,
        _reception: reception,
    })
}

fn refuse(mut connection: Connection, tokens: &Tokens, why: String) -> Vec<News<Interpreter>> {
    let line = format!("{} refused {why}\n", tokens.theirs);
    // If this fails, the program says that it was not answered.
    let _ = connection.writer.write_all(line.as_bytes());
    let program = connection.hello.executable;
    let refused = GuestNotice::Refused { program, why };
    vec![News::Notice(Notice::Guest(refused))]
}

/// A write that fails is the end of the connection, which its reader reports.
fn send(writer: &mut Writer, request: &Request) {
    let _ = writer.write_all(&frame::encode(request));
}
