//! How far long input is: a bar on standard error, where that is a terminal. Otherwise nothing at all.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use super::input;

/// Less is read before anybody would wonder.
const LONG_OCTETS: u64 = 8_000_000;

pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub fn over(files: &[PathBuf]) -> Self {
        let octets = if io::stderr().is_terminal() { total(files) } else { None };
        let Some(octets) = octets.filter(|&octets| octets >= LONG_OCTETS) else {
            return Self { bar: ProgressBar::hidden() };
        };
        let bar = ProgressBar::new(octets); // draws on standard error
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3}%  {eta} left") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// A mail was read; `print` shows it above the bar.
    pub fn after<T>(&self, octets: usize, print: impl FnOnce() -> T) -> T {
        let shown = if io::stdout().is_terminal() { self.bar.suspend(print) } else { print() };
        self.bar.inc(u64::try_from(octets).unwrap_or(u64::MAX));
        shown
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// None where one of them does not say.
fn total(files: &[PathBuf]) -> Option<u64> {
    files.iter().map(|file| input::octets(file)).sum()
}
