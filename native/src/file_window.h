#ifndef ZC_NATIVE_FILE_WINDOW_H_
#define ZC_NATIVE_FILE_WINDOW_H_

#include <napi.h>

#include <optional>

#include "bus_error_guard.h"
#include "mapping.h"
#include "unique_fd.h"

namespace zc {

// A part of a file as JavaScript sees it: one ArrayBuffer that slides along the file, at one address for its whole life.
// What is written there stays in this process. After close, and where somebody cut off the file, it reads zeros.
//
// new FileWindow(fd, windowBytes): the descriptor is duplicated; windowBytes is a multiple of the page size.
class FileWindow : public Napi::ObjectWrap<FileWindow> {
 public:
  static void Define(Napi::Env env, Napi::Object exports);

  explicit FileWindow(const Napi::CallbackInfo& info);
  ~FileWindow() override { CloseNow(); }

 private:
  Napi::Value Slide(const Napi::CallbackInfo& info);
  Napi::Value FileBytes(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  uint64_t SizeNow() const;
  void CloseNow() noexcept;

  UniqueFd fd_;
  MappingRef mapping_;  // empty once closed
  std::optional<BusErrorGuard> guard_;
};

}  // namespace zc

#endif  // ZC_NATIVE_FILE_WINDOW_H_
