//! Chromium without a window, spoken to by its `DevTools` protocol.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// How long an answer may take on a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one page, which runs no scripts.
pub(super) struct Browser {
    program: Child,
    socket: WebSocket<TcpStream>,
    session: Option<String>,
    sent: u64,
    /// What the page reported since the last time it was asked.
    events: Vec<Value>,
}

impl Browser {
    /// Starts the browser with a profile of its own.
    pub(super) fn start(profile: &Path) -> anyhow::Result<Self> {
        let mut program = Command::new("chromium")
            .args(["--headless", "--remote-debugging-port=0", "--disable-gpu"])
            // It needs rights that containers do not have, and only our own pages are opened.
            .args(["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"])
            .args(["--no-first-run", "--disable-background-networking"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("failed to start chromium: it has to be installed")?;
        let said = program.stderr.take().context("chromium says nothing")?;
        let mut lines = BufReader::new(said).lines();
        let address = loop {
            let line = lines.next().context("chromium ended at once")??;
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                break address.to_owned();
            }
        };
        // What else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let host = address.strip_prefix("ws://").and_then(|rest| rest.split('/').next());
        let stream = TcpStream::connect(host.context("chromium listens at an odd address")?)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (socket, _) = tungstenite::client(&address, stream)?;
        let mut browser = Self { program, socket, session: None, sent: 0, events: Vec::new() };
        let page = browser.call("Target.createTarget", json!({"url": "about:blank"}))?;
        let attach = json!({"targetId": page["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", attach)?;
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Log", "Network", "Runtime"] {
            browser.call(&format!("{domain}.enable"), json!({}))?;
        }
        browser.call("Emulation.setScriptExecutionDisabled", json!({"value": true}))?;
        Ok(browser)
    }

    /// How wide the window is, and which colours its user prefers.
    pub(super) fn look(&mut self, width: u32, scheme: &str) -> anyhow::Result<()> {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size)?;
        let scheme = json!({"name": "prefers-color-scheme", "value": scheme});
        self.call("Emulation.setEmulatedMedia", json!({"features": [scheme]}))?;
        Ok(())
    }

    /// For which medium the page is styled: `print`, or `screen`; by default that is what it is shown on.
    pub(super) fn medium(&mut self, medium: &str) -> anyhow::Result<()> {
        self.call("Emulation.setEmulatedMedia", json!({"media": medium}))?;
        Ok(())
    }

    /// Opens a file, and gives what was reported meanwhile.
    pub(super) fn open(&mut self, file: &Path) -> anyhow::Result<Vec<Value>> {
        self.events.clear();
        let went = self.call("Page.navigate", json!({"url": address(file)}))?;
        ensure!(went["errorText"].is_null(), "{}: {}", file.display(), went["errorText"]);
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            self.receive()?;
        }
        Ok(std::mem::take(&mut self.events))
    }

    /// How wide what is shown is.
    pub(super) fn content_width(&mut self) -> anyhow::Result<f64> {
        let metrics = self.call("Page.getLayoutMetrics", json!({}))?;
        metrics["cssContentSize"]["width"].as_f64().context("no width in the layout")
    }

    /// What an expression gives on the page, which runs no scripts of its own.
    pub(super) fn evaluate(&mut self, expression: &str) -> anyhow::Result<Value> {
        let wanted = json!({"expression": expression, "returnByValue": true});
        let mut answer = self.call("Runtime.evaluate", wanted)?;
        let exception = &answer["exceptionDetails"];
        ensure!(exception.is_null(), "{exception}");
        Ok(answer["result"]["value"].take())
    }

    /// The whole page as PNG, in Base64.
    pub(super) fn screenshot(&mut self) -> anyhow::Result<String> {
        let wanted = json!({"captureBeyondViewport": true});
        self.text("Page.captureScreenshot", wanted)
    }

    /// The page as it is printed, as PDF in Base64.
    pub(super) fn printed(&mut self) -> anyhow::Result<String> {
        self.text("Page.printToPDF", json!({"preferCSSPageSize": true, "printBackground": false}))
    }

    fn text(&mut self, method: &str, parameters: Value) -> anyhow::Result<String> {
        let answer = self.call(method, parameters)?;
        Ok(answer["data"].as_str().with_context(|| format!("{method} gave nothing"))?.to_owned())
    }

    fn call(&mut self, method: &str, parameters: Value) -> anyhow::Result<Value> {
        self.sent += 1;
        let mut call = json!({"id": self.sent, "method": method});
        call["params"] = parameters;
        if let Some(session) = &self.session {
            call["sessionId"] = session.as_str().into();
        }
        self.socket.send(Message::text(call.to_string()))?;
        loop {
            let mut answer = self.receive()?;
            if answer["id"] != self.sent {
                continue;
            }
            if let Some(error) = answer.get("error") {
                bail!("{method}: {error}");
            }
            return Ok(answer["result"].take());
        }
    }

    /// The next message; events are kept as well.
    fn receive(&mut self) -> anyhow::Result<Value> {
        loop {
            if let Message::Text(text) = self.socket.read()? {
                let message: Value = serde_json::from_str(&text)?;
                if message.get("method").is_some() {
                    self.events.push(message.clone());
                }
                return Ok(message);
            }
        }
    }
}

/// The address of a file.
pub(super) fn address(file: &Path) -> String {
    format!("file://{}", file.display())
}

impl Drop for Browser {
    fn drop(&mut self) {
        // There is nobody left to tell about a failure.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
