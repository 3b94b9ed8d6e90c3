//! Who may take part in a cluster of several machines: whoever has a certificate of its authority.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ballista_core::extension::EndpointOverrideFn;
use ballista_core::utils::{GrpcClientConfig, create_grpc_client_endpoint};
use clap::Args;
use tonic::codegen::http::Uri;
use tonic::codegen::http::uri::Scheme;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity, ServerTlsConfig};

use crate::Failure;

/// The same options for clients, scheduler and executors: each shows its certificate and asks for the other's.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct TlsArgs {
    /// This process's certificate, as PEM, to show to the others; a cluster of several machines needs all three
    #[arg(long = "tls-cert", id = "tls_cert", value_name = "FILE", requires_all = ["tls_key", "tls_client_ca"])]
    cert: Option<PathBuf>,
    /// Its key, as PEM
    #[arg(long = "tls-key", id = "tls_key", value_name = "FILE", requires_all = ["tls_cert", "tls_client_ca"])]
    key: Option<PathBuf>,
    /// The authority whose certificates are believed, as PEM
    #[arg(long = "tls-client-ca", id = "tls_client_ca", value_name = "FILE", requires_all = ["tls_cert", "tls_key"])]
    client_ca: Option<PathBuf>,
}

/// What a process shows, and what it believes.
#[derive(Clone)]
pub(crate) struct Tls {
    identity: Identity,
    authority: Certificate,
}

impl TlsArgs {
    /// What the files hold; `None` if there are none.
    ///
    /// # Errors
    ///
    /// If one cannot be read, or is not what it should be.
    pub(crate) fn read(&self) -> Result<Option<Tls>, Failure> {
        let (Some(certificate), Some(key), Some(authority)) =
            (&self.cert, &self.key, &self.client_ca)
        else {
            return Ok(None);
        };
        let identity = Identity::from_pem(read(certificate)?, read(key)?);
        let tls = Tls { identity, authority: Certificate::from_pem(read(authority)?) };
        // What is no certificate is told now, and not when somebody calls.
        let tried = Endpoint::from_static("https://localhost").tls_config(tls.client());
        let tried =
            tried.and_then(|_| tonic::transport::Server::builder().tls_config(tls.server()));
        tried.map_err(|error| {
            Failure::usage("certificate, key and authority cannot be used")
                .at(certificate.display().to_string())
                .because(&in_words(&error))
        })?;
        Ok(Some(tls))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| {
        Failure::usage("the file cannot be read")
            .at(path.display().to_string())
            .because(&error.to_string())
    })
}

/// An error with those that it hands on.
fn in_words(error: &dyn Error) -> String {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    sources.fold(error.to_string(), |told, source| format!("{told}: {source}"))
}

impl Tls {
    /// To whom this process listens.
    pub(crate) fn server(&self) -> ServerTlsConfig {
        // A client without a certificate is refused, as that is not optional unless it is said.
        ServerTlsConfig::new()
            .identity(self.identity.clone())
            .client_ca_root(self.authority.clone())
    }

    /// Whom it calls. The name that it calls somebody by has to be in their certificate.
    fn client(&self) -> ClientTlsConfig {
        ClientTlsConfig::new()
            .identity(self.identity.clone())
            .ca_certificate(self.authority.clone())
    }

    /// Encrypts whatever connection Ballista opens. Those to schedulers it asks for as `http`.
    pub(crate) fn endpoints(&self) -> EndpointOverrideFn {
        let tls = self.client();
        Arc::new(move |endpoint| {
            let endpoint = if endpoint.uri().scheme() == Some(&Scheme::HTTPS) {
                endpoint
            } else {
                let mut parts = endpoint.uri().clone().into_parts();
                parts.scheme = Some(Scheme::HTTPS);
                let uri = Uri::from_parts(parts)?;
                create_grpc_client_endpoint(uri, Some(&GrpcClientConfig::default()))?
            };
            Ok(endpoint.tls_config(tls.clone())?)
        })
    }
}
