//! Who did what, in order, for whoever reads a story that failed.

use std::cell::RefCell;
use std::time::Instant;

pub struct Chronicle {
    began: Instant,
    lines: RefCell<Vec<String>>,
}

impl Chronicle {
    pub fn begin() -> Self {
        Self { began: Instant::now(), lines: RefCell::default() }
    }

    pub fn note(&self, line: &str) {
        let seconds = self.began.elapsed().as_secs_f32();
        self.lines.borrow_mut().push(format!("{seconds:6.2} s  {line}"));
    }

    pub fn text(&self) -> String {
        self.lines.borrow().join("\n")
    }
}
