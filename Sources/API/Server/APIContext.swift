import Hummingbird
import NIOCore

/// What is known of a request while it is answered.
struct APIContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who asks; nil before that is known.
  var identity: Identity?
  /// Where the request came from; nil in tests without a socket.
  let remoteAddress: SocketAddress?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress
  }
}
