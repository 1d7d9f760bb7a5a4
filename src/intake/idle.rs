//! Waiting for mail: IDLE (RFC 2177) where the server knows it, and a look every so often in any case.
//!
//! IDLE alone is not to be trusted: connections die unnoticed behind a NAT, and servers forget to tell. So an IDLE is
//! ended and begun again often, which a dead server does not answer, and the poll interval ends the waiting anyhow.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::IntakeError;
use super::session::{Heard, Session};

impl Session {
    /// Returns when there is news or `poll` has passed. May be dropped: the next command ends the IDLE.
    ///
    /// # Errors
    /// The connection's, also where the server no longer answers.
    pub async fn wait_for_news(
        &mut self,
        poll: Duration,
        reissue: Duration,
    ) -> Result<(), IntakeError> {
        if self.take_news() {
            return Ok(());
        }
        timeout(poll, self.idle_until_news(reissue)).await.unwrap_or(Ok(()))
    }

    async fn idle_until_news(&mut self, reissue: Duration) -> Result<(), IntakeError> {
        loop {
            if !self.capabilities().has_idle {
                // Only the poll ends this.
                sleep(Duration::MAX).await;
            }
            self.begin_idle().await?;
            match timeout(reissue, self.next_of_idle()).await {
                Ok(Ok(Heard::News)) => return Ok(()),
                Ok(Ok(Heard::Nothing | Heard::End)) => {}
                Ok(Err(error)) => return Err(error),
                Err(_) => self.end_idle().await?,
            }
        }
    }

    /// What ends an IDLE or is news. A server's "still here" is neither.
    async fn next_of_idle(&mut self) -> Result<Heard, IntakeError> {
        loop {
            match self.hear().await? {
                Heard::Nothing => {}
                heard => return Ok(heard),
            }
        }
    }
}
