//! What is done about a change?
//!
//! A plan of steps, one run of which is a cycle, and the report of how it ended.

pub mod cut;
pub mod cycle;
pub mod input;
pub mod plan;
pub mod planner;
pub mod process;
pub mod report;
pub mod run_command;
pub mod step;
pub mod step_name;
pub mod worker;
