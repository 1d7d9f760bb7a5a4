//! Hands over to the machine's own `sendmail` program, which every mail server brings along.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::{Handover, Outcome, line_ends, one_line};
use crate::mail::Address;

/// A local program that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Sendmail {
    program: PathBuf,
}

impl Sendmail {
    /// Usually `/usr/sbin/sendmail`.
    #[must_use]
    pub const fn new(program: PathBuf) -> Self {
        Self { program }
    }

    pub(super) async fn hand_over(&self, mail: &Handover) -> Outcome {
        match tokio::time::timeout(PATIENCE, self.run(mail)).await {
            Ok(Ok((code, said))) => outcome(code, one_line(&said)),
            Ok(Err(error)) => Outcome::Unreachable {
                text: one_line(&format!("{}: {error}", self.program.display())),
            },
            Err(_elapsed) => Outcome::Temporary {
                text: format!("{} did not answer in time", self.program.display()),
            },
        }
    }

    /// The exit status (None: killed by a signal) and what it said. `-i`: a line with one dot is no end.
    async fn run(&self, mail: &Handover) -> std::io::Result<(Option<i32>, String)> {
        let sender = mail.envelope_sender.as_ref().map_or("<>", Address::as_str);
        let mut child = Command::new(&self.program)
            .args(["-i", "-f", sender, "--", mail.recipient.as_str()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that ends without reading says why by its exit status.
            match stdin.write_all(&line_ends::lf(&mail.message)).await {
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => return Err(error),
                _ => {}
            }
        }
        let output = child.wait_with_output().await?;
        Ok((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// Exit statuses (sysexits.h) that speak about this very mail, with the enhanced status code they mean.
const REFUSALS: [(i32, &str); 5] =
    [(64, "5.1.3"), (65, "5.6.0"), (67, "5.1.1"), (68, "5.1.2"), (77, "5.7.1")];

/// The program is broken or set up wrongly (EX_SOFTWARE, EX_CONFIG, the shell's "not executable" and "not found"): no mail would go.
const BROKEN: [i32; 4] = [70, 78, 126, 127];

fn outcome(code: Option<i32>, said: String) -> Outcome {
    let Some(code) = code else {
        return Outcome::Temporary { text: format!("sendmail was killed. {said}") };
    };
    let text = format!("sendmail ended with status {code}. {said}").trim_end().to_owned();
    match REFUSALS.iter().find(|(refusal, _)| *refusal == code) {
        Some((_, status)) => {
            Outcome::Refused { code: String::new(), status: (*status).to_owned(), text }
        }
        None if code == 0 => Outcome::Accepted,
        None if BROKEN.contains(&code) => Outcome::Unreachable { text },
        None => Outcome::Temporary { text },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn program(folder: &Path, script: &str) -> Sendmail {
        // Written by another process: while we hold a file open for writing, a test beside us that starts a program makes it "busy".
        let path = folder.join("sendmail");
        let write = r#"printf '#!/bin/sh\n%s\n' "$1" > "$2" && chmod 755 "$2""#;
        let mut shell = std::process::Command::new("/bin/sh");
        assert!(shell.args(["-c", write, "sh", script]).arg(&path).status().unwrap().success());
        Sendmail::new(path)
    }

    fn handover(size: usize) -> Handover {
        Handover {
            id: 1,
            envelope_sender: None,
            recipient: Address::parse("-jo@example.net").unwrap(),
            message: [b"Subject: x\r\n\r\n.\r\n".to_vec(), vec![b'x'; size]].concat().into(),
            secret: false,
        }
    }

    #[tokio::test]
    async fn the_program_gets_envelope_and_mail() {
        let folder = tempfile::tempdir().unwrap();
        let seen = folder.path().join("seen");
        let script = format!("echo \"$@\" > {0}; cat >> {0}", seen.display());
        assert_eq!(
            program(folder.path(), &script).hand_over(&handover(0)).await,
            Outcome::Accepted
        );
        let seen = fs::read_to_string(seen).unwrap();
        assert_eq!(seen, "-i -f <> -- -jo@example.net\nSubject: x\n\n.\n");
    }

    #[tokio::test]
    async fn its_exit_status_says_what_became_of_the_mail() {
        let folder = tempfile::tempdir().unwrap();
        // It ends without reading: more than a pipe holds must not hide why.
        let unknown = program(folder.path(), "echo 'no such user' >&2; exit 67");
        assert_eq!(
            unknown.hand_over(&handover(1_000_000)).await,
            Outcome::Refused {
                code: String::new(),
                status: "5.1.1".into(),
                text: "sendmail ended with status 67. no such user".into()
            }
        );
        let missing = Sendmail::new(folder.path().join("nowhere"));
        let missing = missing.hand_over(&handover(0)).await;
        assert!(matches!(missing, Outcome::Unreachable { .. }), "{missing:?}");
        for code in [75, 69, 71, 1] {
            let later = outcome(Some(code), String::new());
            assert!(matches!(later, Outcome::Temporary { .. }), "{later:?}");
        }
        assert!(matches!(outcome(Some(78), String::new()), Outcome::Unreachable { .. }));
        assert!(matches!(outcome(None, String::new()), Outcome::Temporary { .. }));
    }
}
