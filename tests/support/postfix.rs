//! The rig's Postfix: takes mail by SMTP, gives it to the rig's Dovecot by LMTP, and writes real DSNs.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::rig::{DOMAINS, Owner, end, free_ports, lives, run, set_mode, tail, wait_for, write};

pub struct Postfix {
    pub smtp_port: u16,
    /// Where mail to foreign domains goes, and is refused.
    nowhere_port: u16,
    folder: PathBuf,
}

impl Postfix {
    /// A server in `rig/postfix`, running.
    pub fn start(rig: &Path, lmtp_port: u16) -> Result<Self, String> {
        let [smtp_port, nowhere_port] = free_ports()?;
        let server = Self { smtp_port, nowhere_port, folder: rig.join("postfix") };
        server.make_folders()?;
        fs::copy("/etc/postfix/dynamicmaps.cf", server.folder.join("dynamicmaps.cf"))
            .map_err(|error| format!("/etc/postfix/dynamicmaps.cf: {error}"))?;
        write(&server.folder.join("main.cf"), &server.main_cf(rig, lmtp_port))?;
        write(&server.folder.join("master.cf"), &server.master_cf())?;
        server.run()?;
        Ok(server)
    }

    /// Starts it where it does not run; back when it answers.
    pub fn run(&self) -> Result<(), String> {
        if lives(&self.pid_file()) {
            return Ok(());
        }
        // `postfix start` would check the whole installation first, which takes two seconds.
        let output = self.folder.join("start.output");
        run(
            Command::new("/usr/lib/postfix/sbin/master")
                .env("MAIL_CONFIG", &self.folder)
                .arg("-c")
                .arg(&self.folder)
                .arg("-w"),
            &output,
        )
        .map_err(|why| format!("{why}\n{}", tail(&self.log_file())))?;
        wait_for("Postfix to listen", || TcpStream::connect(("127.0.0.1", self.smtp_port)).ok());
        Ok(())
    }

    /// Stops it; back when it is gone.
    pub fn stop(&self) -> Result<(), String> {
        end(&self.pid_file())
    }

    pub fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// The folders as `postfix-files` has them, with the modes Postfix insists on.
    fn make_folders(&self) -> Result<(), String> {
        let (root, postfix) = (Owner { uid: 0, gid: 0 }, Owner::of_user("postfix")?);
        let dropping = Owner { gid: Owner::of_group("postdrop")?, ..postfix.clone() };
        let mut folders = vec![
            (self.folder.clone(), &root, 0o755),
            (self.folder.join("data"), &postfix, 0o700),
            (self.queue(), &root, 0o755),
            (self.queue().join("pid"), &root, 0o755),
            (self.queue().join("maildrop"), &dropping, 0o730),
            (self.queue().join("public"), &dropping, 0o710),
        ];
        for name in [
            "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
            "private", "saved", "trace",
        ] {
            folders.push((self.queue().join(name), &postfix, 0o700));
        }
        for (folder, owner, mode) in folders {
            fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            owner.give(&folder)?;
            set_mode(&folder, mode)?;
        }
        Ok(())
    }

    fn queue(&self) -> PathBuf {
        self.folder.join("queue")
    }

    fn pid_file(&self) -> PathBuf {
        self.queue().join("pid/master.pid")
    }

    fn main_cf(&self, rig: &Path, lmtp_port: u16) -> String {
        let (folder, rig) = (self.folder.display(), rig.display());
        let nowhere_port = self.nowhere_port;
        let domains = DOMAINS.join(" ");
        format!(
            "compatibility_level = 3.6
config_directory = {folder}
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop

myhostname = rig.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = {rig}/server.pem
smtpd_tls_key_file = {rig}/server.key
smtpd_tls_security_level = may

mydestination =
alias_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_maps =
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
recipient_delimiter = +
# Nothing leaves the machine. Foreign recipients go to a server of ours that refuses them all, so that a DSN comes
# back; with the transport `error:` smtpd would refuse them itself and no DSN would be written.
default_transport = smtp:[127.0.0.1]:{nowhere_port}
relay_transport = smtp:[127.0.0.1]:{nowhere_port}
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtpd_peername_lookup = no

# Mail passes as it was written, even without Date and Message-ID.
local_header_rewrite_clients =
append_dot_mydomain = no
notify_classes =
message_size_limit = 67108864
mailbox_size_limit = 0
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
transport_retry_time = 1s
"
        )
    }

    fn master_cf(&self) -> String {
        let Self { smtp_port, nowhere_port, .. } = self;
        format!(
            "127.0.0.1:{smtp_port} inet n - n - - smtpd
127.0.0.1:{nowhere_port} inet n - n - - smtpd
  -o {{ smtpd_recipient_restrictions = check_recipient_access static:{{550 5.4.4 No such domain}} }}
pickup    unix  n - n 60   1 pickup
cleanup   unix  n - n -    0 cleanup
qmgr      unix  n - n 300  1 qmgr
tlsmgr    unix  - - n 1000 1 tlsmgr
rewrite   unix  - - n -    - trivial-rewrite
bounce    unix  - - n -    0 bounce
defer     unix  - - n -    0 bounce
trace     unix  - - n -    0 bounce
verify    unix  - - n -    1 verify
flush     unix  n - n 1000 0 flush
proxymap  unix  - - n -    - proxymap
proxywrite unix - - n -    1 proxymap
smtp      unix  - - n -    - smtp
relay     unix  - - n -    - smtp
showq     unix  n - n -    - showq
error     unix  - - n -    - error
retry     unix  - - n -    - error
discard   unix  - - n -    - discard
lmtp      unix  - - n -    - lmtp
anvil     unix  - - n -    1 anvil
scache    unix  - - n -    1 scache
postlog   unix-dgram n - n - 1 postlogd
"
        )
    }
}
