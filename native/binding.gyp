{
  "targets": [
    {
      "target_name": "zc_gen",
      "sources": [
        "src/addon.cc",
        "src/bus_error_guard.cc",
        "src/file_window.cc",
        "src/gathered_write.cc",
        "src/guarded_memory.cc",
        "src/datagram_handle.cc",
        "src/datagram_slots.cc",
        "src/loop_attachment.cc",
        "src/loop_waiter.cc",
        "src/mapping.cc",
        "src/network_interfaces.cc",
        "src/packet_socket.cc",
        "src/receive_request.cc",
        "src/ring_handle.cc",
        "src/sender_handle.cc",
        "src/shared_handle.cc",
        "src/shared_ring.cc",
        "src/system_call.cc",
        "src/udp_socket.cc",
        "src/waker.cc"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      # A worker that is being terminated refuses every call, and every error that would tell so: those are to be let go,
      # or the C++ wrapper ends the process over them.
      "defines": ["NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      "cflags": ["-Wall", "-Wextra", "-fvisibility=hidden"],
      "cflags_cc": ["-std=c++17", "-fexceptions", "<!@(node -p \"process.env.ZC_NATIVE_CFLAGS ?? ''\")"],
      "ldflags": ["<!@(node -p \"process.env.ZC_NATIVE_LDFLAGS ?? ''\")"],
      "cflags_cc!": ["-fno-exceptions", "-std=gnu++17", "-std=gnu++20"]
    }
  ]
}
