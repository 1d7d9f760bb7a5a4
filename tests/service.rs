//! The daemon as systemd runs it: what the unit lets it do, and the words they have for each other.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and waits with a bound"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const UNIT: &str = "systemd/postamt.service";
/// `systemd-analyze security` counts from 0 to 10, and wants ten times that as a threshold.
const MOST_EXPOSED: &str = "15";

fn systemd_analyze(args: &[&str]) -> (bool, String) {
    let output = Command::new("systemd-analyze").args(args).output();
    let output = output.unwrap_or_else(|e| panic!("systemd-analyze: {e}; install systemd"));
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// The unit with this in place of that, in a folder of its own.
fn unit_with(folder: &Path, this: &str, that: &str) -> String {
    let unit = fs::read_to_string(UNIT).unwrap();
    assert!(unit.contains(that), "{UNIT} has no {that}");
    let file = folder.join("postamt.service");
    fs::write(&file, unit.replace(that, this)).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn the_unit_leaves_the_daemon_little_to_do_harm_with() {
    let exposure = |unit: &str| {
        systemd_analyze(&["security", "--offline=true", "--threshold", MOST_EXPOSED, unit])
    };
    let (held, said) = exposure(UNIT);
    assert!(held, "{said}");
    let folder = tempfile::tempdir().unwrap();
    let weaker = unit_with(folder.path(), "PrivateDevices=no", "PrivateDevices=yes");
    let (held, said) = exposure(&weaker);
    assert!(!held, "a weaker unit passes, too:\n{said}");
}

#[test]
fn systemd_understands_every_line_of_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    let ours = unit_with(folder.path(), env!("CARGO_BIN_EXE_postamt"), "/usr/bin/postamt");
    let (_, said) = systemd_analyze(&["verify", "--man=no", &ours]);
    // It has something to say of the units of the system, too.
    let of_ours: Vec<&str> = said.lines().filter(|line| line.contains("postamt")).collect();
    assert!(of_ours.is_empty(), "{}", of_ours.join("\n"));
}

#[test]
fn the_daemon_says_when_it_is_ready_that_it_lives_and_that_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("postamt.toml");
    fs::write(
        &config,
        "[site]\npostmaster = \"p@example.org\"\n[store]\npath = \"postamt.db\"\n[smtp]\nurl = \"maildir:out\"\n\
         [[mailbox]]\nname = \"a\"\nurl = \"maildir:in\"\nqueue = \"a\"\n[[queue]]\nname = \"a\"\naddress = \"a@example.org\"\n",
    )
    .unwrap();
    let socket = folder.path().join("notify");
    let systemd = UnixDatagram::bind(&socket).unwrap();
    systemd.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let next = || {
        let mut word = [0; 512];
        let length = systemd.recv(&mut word).unwrap();
        String::from_utf8_lossy(&word[..length]).trim().to_owned()
    };
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_postamt"))
        .arg("--config")
        .arg(&config)
        .arg("run")
        .env("NOTIFY_SOCKET", &socket)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();

    // A turn of the writer may come before everything else is up.
    let until = |wanted: &str| (0..1000).any(|_| next() == wanted);
    assert!(until("READY=1"));
    assert!(until("WATCHDOG=1"));
    let modes = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    for name in ["postamt.db", "postamt.db-wal", "postamt.db-shm", "postamt.key"] {
        assert_eq!(modes(name) & 0o777, 0o600, "{name}");
    }
    Command::new("/bin/kill").args(["-TERM", &daemon.id().to_string()]).status().unwrap();
    assert!(until("STOPPING=1"));
    assert!(daemon.wait().unwrap().success());
}
