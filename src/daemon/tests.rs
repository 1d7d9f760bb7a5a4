//! The loops beside a server that does not do what it should.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use super::*;

/// A failing test ends; a good one never waits so long.
const AT_MOST: Duration = Duration::from_secs(60);

fn config(folder: &Path, port: u16) -> Config {
    let text = format!(
        r#"
[site]
postmaster = "postmaster@example.org"
[store]
path = "postamt.db"
[smtp]
url = "smtp://127.0.0.1:{port}"
[[mailbox]]
name = "support"
url = "maildir:mail"
queue = "support"
[[queue]]
name = "support"
kind = "support"
address = "support@example.org"
"#
    );
    Config::read(&text, Path::new("postamt.toml"), folder).unwrap()
}

fn deliver(folder: &Path, name: &str) {
    for part in ["tmp", "new", "cur"] {
        fs::create_dir_all(folder.join("mail").join(part)).unwrap();
    }
    let mail = format!(
        "From: jo@example.net\nTo: support@example.org\nMessage-ID: <{name}@x>\n\n{name}\n"
    );
    let (tmp, new) = (folder.join("mail/tmp").join(name), folder.join("mail/new").join(name));
    fs::write(&tmp, mail).unwrap();
    fs::rename(tmp, new).unwrap();
}

#[test]
fn a_server_that_says_nothing_holds_up_neither_the_next_mail_nor_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = config(folder.path(), server.local_addr().unwrap().port());
    let (connected, connections) = mpsc::channel();
    std::thread::spawn(move || {
        // Each connection is kept, and gets no answer.
        let open: Vec<_> = server.incoming().take_while(|_| connected.send(()).is_ok()).collect();
        drop(open);
    });
    let (stop, stopping) = watch::channel(false);
    let (ended, end) = mpsc::channel();
    deliver(folder.path(), "first");
    std::thread::spawn(move || ended.send(run(config, stopping)));
    // The acknowledgement, and the news to the admins.
    for _ in 0..2 {
        connections.recv_timeout(AT_MOST).unwrap();
    }
    deliver(folder.path(), "second");
    for _ in 0..2 {
        connections.recv_timeout(AT_MOST).unwrap();
    }
    stop.send(true).unwrap();
    end.recv_timeout(AT_MOST).unwrap().unwrap();
}
