import Hummingbird
import NIOCore

/// Events as a browser listens to them: server-sent events.
///
/// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
enum EventStream {
  /// An answer that goes on as long as the events do.
  ///
  /// An event without a kind is sent as a comment, which keeps the connection alive.
  static func response(_ events: AsyncStream<LiveEvent>) -> Response {
    let body = ResponseBody { writer in
      try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
      for await event in events {
        let text =
          event.kind.isEmpty ? ":\n\n" : "event: \(event.kind)\ndata: \(event.json)\n\n"
        try await writer.write(ByteBuffer(string: text))
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: body)
  }
}
