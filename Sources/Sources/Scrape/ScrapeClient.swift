import AsyncHTTPClient
import Exposition
import Foundation
public import Model
import NIOCore
import NIOHTTP1
import NIOSSL

/// Fetches pages of metrics over HTTP, within bounds.
///
/// Redirects are followed five times at most, only to http and https, and without credentials when they
/// lead to another host. Answers are decompressed here, never beyond the limit.
public final class ScrapeClient: Sendable {
  /// A page as it came.
  struct Page {
    var body: [UInt8]
    var format: InputFormat
  }

  private static let redirectsMax = 5

  private let client: HTTPClient
  private let secrets: SecretReader
  private let certificates = ScrapeCertificates()

  /// A client for any number of targets.
  ///
  /// - Parameter secrets: Gives the values of secrets.
  public init(secrets: @escaping SecretReader) {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .follow(max: Self.redirectsMax, allowCycles: false),
      decompression: .disabled)
    configuration.httpVersion = .http1Only
    // A target that is down is met again at its next turn.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    self.secrets = secrets
  }

  // The HTTP client wants to be told, also when nothing was scraped. It lives until that is done.
  deinit { client.shutdown { _ in } }

  /// Closes all connections, and returns when they are.
  public func shutdown() async throws { try await client.shutdown() }

  /// Fetches the page of `target`, all of it within the timeout.
  func fetch(_ target: ScrapeTarget) async throws -> Page {
    let timeout = target.timeoutMilliseconds
    // The client's own timeout ends with the head of the answer; a body that drips would hold on.
    return try await withThrowingTaskGroup(of: Page?.self) { group in
      group.addTask { try await self.load(target) }
      group.addTask {
        try await Task.sleep(for: .milliseconds(timeout))
        return nil
      }
      defer { group.cancelAll() }
      guard let page = try await group.next() ?? nil else {
        throw ScrapeError(.timeout, "no whole answer within \(timeout) ms")
      }
      return page
    }
  }

  private func load(_ target: ScrapeTarget) async throws -> Page {
    let configuration = target.configuration
    let request = try request(target)
    let timeout = TimeAmount.milliseconds(target.timeoutMilliseconds)
    do {
      let response = try await client.execute(request, timeout: timeout)
      guard response.status == .ok else {
        throw ScrapeError(
          .badStatus, "expected the answer 200, found \(response.status.code)")
      }
      let limit = configuration.bodyBytesMax
      let buffer = try await response.body.collect(upTo: limit)
      return Page(
        body: try plain(buffer, response.headers.first(name: "content-encoding"), limit),
        format: format(response.headers.first(name: "content-type")))
    } catch is NIOTooManyBytesError {
      throw tooLarge(configuration.bodyBytesMax)
    } catch let error as HTTPClientError
      where error == .deadlineExceeded || error == .readTimeout
      || error == .connectTimeout
    {
      throw ScrapeError(.timeout, "no whole answer within \(target.timeoutMilliseconds) ms")
    } catch let error as HTTPClientError {
      throw ScrapeError(.unreachable, "no answer: \(error.shortDescription)")
    } catch let error as ScrapeError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch let error as IOError {
      let reason = strerror(error.errnoCode).map { String(cString: $0).lowercased() }
      throw ScrapeError(
        .unreachable, "no connection: \(reason ?? "error \(error.errnoCode)")")
    } catch  where error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
      throw ScrapeError(.unreachable, "no secure connection: \(error)")
    } catch {
      throw ScrapeError(.unreachable, "no connection: \(error)")
    }
  }

  private func request(_ target: ScrapeTarget) throws(ScrapeError) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: target.configuration.url)
    request.headers.add(
      name: "Accept",
      value:
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
    request.headers.add(name: "Accept-Encoding", value: "gzip")
    request.headers.add(name: "User-Agent", value: "tocsin")
    request.headers.add(
      name: "X-Prometheus-Scrape-Timeout-Seconds",
      value: "\(Double(target.timeoutMilliseconds) / 1000)")
    if let tls = target.configuration.tls {
      request.tlsConfiguration = try certificates.configuration(tls)
    }
    do throws(SecretError) {
      switch target.configuration.credentials {
      case .basic(let user, let password):
        request.setBasicAuth(username: user, password: try password.reveal(secrets))
      case .bearer(let token):
        request.headers.add(name: "Authorization", value: "Bearer \(try token.reveal(secrets))")
      case .header(let value):
        request.headers.add(name: "Authorization", value: try value.reveal(secrets))
      case nil: break
      }
    } catch {
      throw ScrapeError(.badSecret, error.description)
    }
    return request
  }

  private func plain(
    _ buffer: ByteBuffer, _ encoding: String?, _ limit: Int
  ) throws(ScrapeError) -> [UInt8] {
    let body = Array(buffer.readableBytesView)
    switch (encoding ?? "identity").lowercased() {
    case "identity", "": return body
    case "gzip", "x-gzip":
      do throws(CompressedBody.Failure) {
        return try CompressedBody.inflate(body, isGzip: true, limit: limit)
      } catch {
        if error == .overLimit { throw tooLarge(limit) }
        throw ScrapeError(.badBody, "the gzip body is damaged")
      }
    case let other:
      throw ScrapeError(.badBody, "expected gzip or plain text, found \(quoted(other))")
    }
  }

  private func tooLarge(_ limit: Int) -> ScrapeError {
    ScrapeError(.bodyTooLarge, "expected a page of at most \(limit) bytes")
  }

  /// The exposition that the header names; text of Prometheus unless it says OpenMetrics.
  private func format(_ contentType: String?) -> InputFormat {
    let type = (contentType ?? "").split(separator: ";").first ?? ""
    return type.lowercased().filter { $0 != " " } == "application/openmetrics-text"
      ? .openmetrics : .prometheus
  }
}
