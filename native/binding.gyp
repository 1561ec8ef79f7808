{
  "targets": [
    {
      "target_name": "zc_gen",
      "sources": [
        "src/addon.cc",
        "src/bus_error_guard.cc",
        "src/file_window.cc",
        "src/loop_attachment.cc",
        "src/mapping.cc",
        "src/network_interfaces.cc",
        "src/packet_socket.cc",
        "src/ring_handle.cc",
        "src/sender_handle.cc",
        "src/waker.cc"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS"],
      "cflags": ["-Wall", "-Wextra", "-fvisibility=hidden"],
      "cflags_cc": ["-std=c++17", "-fexceptions"],
      "cflags_cc!": ["-fno-exceptions", "-std=gnu++17", "-std=gnu++20"]
    }
  ]
}
