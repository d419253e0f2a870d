import Foundation
import NIOCore
public import NIOSSL
import Synchronization

/// Knows the server's certificate and key now, while the files that hold them are rotated.
///
/// A new connection gets what the files hold by then. A pair that cannot be read or does not fit, as in
/// the middle of a rotation, changes nothing, and is told once.
public final class CertificateKeeper: Sendable {
  private struct State {
    var pair: Pair
    /// What the files held when they were last looked at, of use or not; nil when one could not be read.
    var tried: Pair?
    var checkedAt: ContinuousClock.Instant
  }

  /// The bytes of a certificate chain and its key.
  private struct Pair: Equatable {
    var chain: Data
    var key: Data
  }

  /// Where the files are.
  public struct Files: Sendable, Equatable {
    /// The certificate chain, PEM.
    public var certificate: String
    /// Its key, PEM.
    public var key: String
    /// Authorities of which clients must show a certificate, PEM; nil asks them for none.
    public var clientAuthority: String?

    /// A chain and its key.
    public init(certificate: String, key: String, clientAuthority: String? = nil) {
      self.certificate = certificate
      self.key = key
      self.clientAuthority = clientAuthority
    }
  }

  private let files: Files
  private let warn: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// How often the files are looked at, at most.
  private static let checkInterval = Duration.seconds(1)

  /// The certificate and key in `files`; hears `warn` of a pair that is of no use later on.
  ///
  /// - Throws: when one of the files is missing or no PEM, or they do not fit.
  public init(_ files: Files, warn: @escaping @Sendable (String) -> Void) throws {
    self.files = files
    self.warn = warn
    let pair = try Self.read(files)
    _ = try NIOSSLContext(configuration: try Self.configuration(pair, files))
    state = Mutex(State(pair: pair, tried: pair, checkedAt: .now))
  }

  /// For a server: follows the files from then on.
  ///
  /// - Throws: what NIO's SSL says of a certificate that was good at the start.
  public func configuration() throws -> TLSConfiguration {
    var tls = try Self.configuration(state.withLock { $0.pair }, files)
    tls.sslContextCallback = { [self] _, promise in
      promise.completeWith(Result { try override() })
    }
    return tls
  }

  private func override() throws -> NIOSSLContextConfigurationOverride {
    let pair = state.withLock { state in
      let now = ContinuousClock.now
      if now - state.checkedAt >= Self.checkInterval {
        state.checkedAt = now
        refresh(&state)
      }
      return state.pair
    }
    var override = NIOSSLContextConfigurationOverride()
    override.certificateChain = try Self.chain(pair)
    override.privateKey = try Self.key(pair)
    return override
  }

  private func refresh(_ state: inout State) {
    let new: Pair
    do {
      new = try Self.read(files)
    } catch {
      if state.tried != nil { tell(error) }
      state.tried = nil
      return
    }
    guard new != state.tried else { return }
    state.tried = new
    do {
      // It finds out whether the key is the certificate's.
      _ = try NIOSSLContext(configuration: try Self.configuration(new, files))
      state.pair = new
    } catch {
      tell(error)
    }
  }

  private func tell(_ error: any Error) {
    warn("tls: \(files.certificate) and \(files.key) cannot be used: \(error); the old ones stay")
  }

  private static func read(_ files: Files) throws -> Pair {
    Pair(
      chain: try Data(contentsOf: URL(fileURLWithPath: files.certificate)),
      key: try Data(contentsOf: URL(fileURLWithPath: files.key)))
  }

  private static func chain(_ pair: Pair) throws -> [NIOSSLCertificateSource] {
    try NIOSSLCertificate.fromPEMBytes(Array(pair.chain)).map { .certificate($0) }
  }

  private static func key(_ pair: Pair) throws -> NIOSSLPrivateKeySource {
    .privateKey(try NIOSSLPrivateKey(bytes: Array(pair.key), format: .pem))
  }

  private static func configuration(
    _ pair: Pair, _ files: Files
  ) throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: try chain(pair), privateKey: try key(pair))
    if let clientAuthority = files.clientAuthority {
      tls.certificateVerification = .noHostnameVerification
      tls.trustRoots = .file(clientAuthority)
    }
    return tls
  }
}
