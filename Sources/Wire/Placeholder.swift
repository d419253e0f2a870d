import SwiftProtobuf
import CSnappy
import CZstd
