// C++20 with Boost.Asio around it: a block is ready, the io_context runs the handler, the handler reads in place.
#include <functional>
#include <utility>  // Boost 1.74 uses std::exchange without it
#include <vector>

#include <boost/asio.hpp>

#include "../support/span.h"

namespace asio = boost::asio;

// Runs `count` blocks, each as a handler of its own that the one before it posts.
static void Run(const Ring& ring, size_t count, size_t& first) {
  asio::io_context context{1};
  Tally tally{};
  size_t done = 0;
  std::function<void()> step = [&] {
    SumSpans(BlockAt(&ring, first + done), ring.block_bytes, &tally);
    if (++done < count) asio::post(context, [&] { step(); });
  };
  const uint64_t before = Nanoseconds(CLOCK_MONOTONIC);
  asio::post(context, [&] { step(); });
  context.run();
  const uint64_t elapsed = Nanoseconds(CLOCK_MONOTONIC) - before;
  first = (first + count) % ring.blocks;
  printf("%" PRIu64 " %" PRIu64 " %" PRIu32 "\n", elapsed, tally.packets, tally.sum);
}

// As AnswerServe, but the pipe is read by the io_context.
static void Serve(const Ring& ring, size_t count, const char* path) {
  asio::io_context context{1};
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) Fail("open the pipe");
  asio::posix::stream_descriptor pipe(context, fd);
  std::vector<uint64_t> latencies;
  latencies.reserve(count);
  Tally tally{};
  uint64_t ready;
  std::function<void()> next = [&] {
    asio::async_read(pipe, asio::buffer(&ready, sizeof ready), [&](const boost::system::error_code& error, size_t) {
      if (error) exit(1);
      SumSpans(BlockAt(&ring, latencies.size()), ring.block_bytes, &tally);
      latencies.push_back(Nanoseconds(CLOCK_MONOTONIC) - ready);
      if (latencies.size() < count) next();
    });
  };
  const uint64_t before = Nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  next();
  context.run();
  const uint64_t cpu = Nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before;
  printf("%" PRIu64 " %" PRIu64 " %" PRIu32, cpu, tally.packets, tally.sum);
  for (const uint64_t latency : latencies) printf(" %" PRIu64, latency);
  printf("\n");
}

int main(int argc, char** argv) {
  const Ring ring = MapRing(argc, argv);
  char line[4096], path[4000];
  size_t count, first = 0;
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "run %zu", &count) == 1) {
      Run(ring, count, first);
    } else if (sscanf(line, "serve %zu %3999[^\n]", &count, path) == 2) {
      Serve(ring, count, path);
    } else {
      AnswerCheck(&ring, SumSpans);
    }
    fflush(stdout);
  }
}
