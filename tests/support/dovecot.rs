//! The rig's Dovecot: IMAP (plain, STARTTLS, TLS) and LMTP.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::rig::{Owner, end, free_ports, lives, run, set_mode, tail, wait_for, write};

/// Here IMAP pretends to know UIDPLUS, but not MOVE.
pub const WITHOUT_MOVE: &str = "127.0.0.2";
/// Here IMAP pretends to know no extension at all.
pub const BARE: &str = "127.0.0.3";

pub struct Dovecot {
    /// Plain and STARTTLS.
    pub imap_port: u16,
    pub imaps_port: u16,
    pub lmtp_port: u16,
    folder: PathBuf,
}

impl Dovecot {
    /// A server in `rig/dovecot` with its mailboxes in `rig/mail`, running.
    pub fn start(rig: &Path, mail: &Owner) -> Result<Self, String> {
        let [imap_port, imaps_port, lmtp_port] = free_ports()?;
        let server = Self { imap_port, imaps_port, lmtp_port, folder: rig.join("dovecot") };
        for folder in [server.folder.clone(), server.users(), rig.join("mail")] {
            fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            set_mode(&folder, 0o755)?;
        }
        mail.give(&rig.join("mail"))?;
        write(&server.configuration_file(), &server.configuration(rig, mail))?;
        server.run()?;
        Ok(server)
    }

    /// Starts it where it does not run; back when it answers.
    pub fn run(&self) -> Result<(), String> {
        if lives(&self.pid_file()) {
            return Ok(());
        }
        let output = self.folder.join("start.output");
        run(Command::new("/usr/sbin/dovecot").arg("-c").arg(self.configuration_file()), &output)
            .map_err(|why| format!("{why}\n{}", tail(&self.log_file())))?;
        for port in [self.imap_port, self.imaps_port, self.lmtp_port] {
            wait_for("Dovecot to listen", || TcpStream::connect(("127.0.0.1", port)).ok());
        }
        Ok(())
    }

    /// Stops it and ends every session; back when it is gone.
    pub fn stop(&self) -> Result<(), String> {
        end(&self.pid_file())
    }

    /// Makes a user known. Each has a file of their own, which a running Dovecot has never seen before: one common
    /// file it would look at again only a second later.
    pub fn add_user(&self, user: &str, password: &str) -> Result<(), String> {
        let file = self.users().join(user);
        write(&file, &format!("{user}:{{PLAIN}}{password}::::::\n"))?;
        set_mode(&file, 0o644)
    }

    /// Runs `doveadm`, as an admin or another client would change something behind our back.
    pub fn doveadm(&self, words: &[&str]) -> Result<(), String> {
        let mut command = Command::new("/usr/bin/doveadm");
        command.arg("-c").arg(self.configuration_file()).args(words);
        run(&mut command, &self.folder.join("doveadm.output"))
    }

    pub fn maildir(&self, user: &str) -> PathBuf {
        self.folder.with_file_name("mail").join(user)
    }

    pub fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn users(&self) -> PathBuf {
        self.folder.join("users")
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.join("run/master.pid")
    }

    fn configuration_file(&self) -> PathBuf {
        self.folder.join("dovecot.conf")
    }

    fn configuration(&self, rig: &Path, mail: &Owner) -> String {
        let Self { imap_port, imaps_port, lmtp_port, folder } = self;
        let Owner { uid, gid } = mail;
        let (rig, folder) = (rig.display(), folder.display());
        format!(
            "base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1, {WITHOUT_MOVE}, {BARE}

ssl = yes
ssl_cert = <{rig}/server.pem
ssl_key = <{rig}/server.key

mail_location = maildir:{rig}/mail/%n
first_valid_uid = 1
mail_max_userip_connections = 1000
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no

disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Ln
# A wrong password is answered at once, however often it comes.
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {folder}/users/%n
}}
userdb {{
  driver = passwd-file
  args = username_format=%n {folder}/users/%n
  default_fields = uid={uid} gid={gid} home={rig}/mail/%n
}}

service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}

local {WITHOUT_MOVE} {{
  protocol imap {{
    imap_capability = IMAP4rev1 IDLE UIDPLUS
  }}
}}
local {BARE} {{
  protocol imap {{
    imap_capability = IMAP4rev1
  }}
}}
"
        )
    }
}
