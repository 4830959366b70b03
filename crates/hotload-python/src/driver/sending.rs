//! Which driver an interpreter gets.

use std::borrow::Cow;

use crate::discovery::hosts::{Host, Output};
use crate::driver::{self, Driver, Extras};
use crate::transport::hello::Hello;

/// The driver for the interpreter that said this hello, in this host.
pub(crate) fn driver_for(hello: &Hello, host: Option<&Host>) -> Cow<'static, Driver> {
    let dialect = hello.version.dialect();
    match output_of(hello, host) {
        None => Cow::Borrowed(driver::generated(dialect)),
        output => {
            let extras = Extras {
                output,
                ..Extras::default()
            };
            let driver = driver::generate_with(dialect, extras);
            Cow::Owned(driver.to_be_sent())
        }
    }
}

/// The driver for a program that is already running.
pub(crate) fn guest_for(hello: &Hello) -> Driver {
    let extras = Extras {
        is_guest: true,
        ..Extras::default()
    };
    driver::generate_with(hello.version.dialect(), extras).to_be_sent()
}

/// The driver that only finds out what the Python that said this hello is like.
pub(crate) fn examiner_for(hello: &Hello, host: Option<&Host>) -> Driver {
    let extras = Extras {
        output: output_of(hello, host),
        examines: true,
        ..Extras::default()
    };
    driver::generate_with(hello.version.dialect(), extras)
}

/// Where output has to go, if not to the `sys.stdout` that the host provides.
fn output_of(hello: &Hello, host: Option<&Host>) -> Option<&'static str> {
    match host.map_or(Output::Script, |host| host.output) {
        Output::Script if hello.has_stdout() => None,
        Output::Script | Output::Console => Some("console"),
        Output::Channel => Some("channel"),
    }
}
