//! The built binary as a process of its own, one an office.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::rig::wait_for;

pub struct Daemon {
    process: Child,
}

impl Daemon {
    /// Its log goes on at the end of this file.
    pub fn start(config: &Path, log: &Path, levels: &str) -> Self {
        let log = File::options().create(true).append(true).open(log).unwrap();
        // It goes when the test goes, whatever end that comes to.
        let process = Command::new("/usr/bin/setpriv")
            .args(["--pdeathsig", "KILL", "--", env!("CARGO_BIN_EXE_postamt"), "--config"])
            .arg(config)
            .arg("run")
            .env("RUST_LOG", levels)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { process }
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    pub fn lives(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// As systemd does it: a word to stop, and the end in good order.
    pub fn stop(mut self) {
        let pid = self.process.id().to_string();
        let sent = Command::new("/bin/kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success(), "the daemon was gone before it was stopped");
        let status = wait_for("the daemon to stop", || self.process.try_wait().unwrap());
        assert!(status.success(), "the daemon ended with {status}");
    }

    /// SIGKILL: as a power failure, but for the disk's cache.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // One that has ended already is what is wanted.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
