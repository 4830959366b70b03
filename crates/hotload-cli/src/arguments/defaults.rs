//! The values of options that were not given. All help is made from them.

use std::time::Duration;

use clap::ValueEnum;

use crate::arguments::{
    Alert, BusyPolicy, Color, GuestOutputName, ReloadLevel, TracebackStyle, Volume,
};

/// `--reload`. Of a launch script it is `module`: the script says what is reloaded.
pub(crate) const RELOAD: ReloadLevel = ReloadLevel::Dependents;

/// `--busy`.
pub(crate) const BUSY: BusyPolicy = BusyPolicy::Queue;

/// `--watch`: the current folder.
pub(crate) const WATCH: &str = ".";

/// `--ext`.
pub(crate) const EXT: &str = "py";

/// `--poll`: as in the original hotload.py.
pub(crate) const POLL: u32 = 144;

/// `--start-timeout`.
pub(crate) const START_TIMEOUT: Duration = Duration::from_secs(60);

/// `--guest-output`.
pub(crate) const GUEST_OUTPUT: GuestOutputName = GuestOutputName::Both;

/// `--traceback`.
pub(crate) const TRACEBACK: TracebackStyle = TracebackStyle::Short;

/// `--color`.
pub(crate) const COLOR: Color = Color::Auto;

/// `--hyperlinks`.
pub(crate) const HYPERLINKS: &str = "auto";

/// `--alert`.
pub(crate) const ALERT: Alert = Alert::Off;

/// Neither `--quiet` nor `--verbose`.
pub(crate) const VOLUME: Volume = Volume::Normal;

/// The default of an option as help shows it.
pub(super) fn shown(option: &str) -> Option<String> {
    Some(match option {
        "reload" => name(RELOAD),
        "busy" => name(BUSY),
        "watch" => WATCH.into(),
        "ext" => EXT.into(),
        "poll" => POLL.to_string(),
        "start_timeout" => START_TIMEOUT.as_secs().to_string(),
        "guest_output" => name(GUEST_OUTPUT),
        "clear" => "on a terminal".into(),
        "traceback" => name(TRACEBACK),
        "color" => name(COLOR),
        "hyperlinks" => HYPERLINKS.into(),
        "alert" => name(ALERT),
        _ => return None,
    })
}

fn name(value: impl ValueEnum) -> String {
    let value = value.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}
