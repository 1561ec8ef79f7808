#include "file_window.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "external_buffer.h"
#include "napi_errors.h"
#include "system_call.h"

namespace zc {

void FileWindow::Define(Napi::Env env, Napi::Object exports) {
  exports.Set("FileWindow", DefineClass(env, "FileWindow",
                                        {
                                            InstanceMethod<&FileWindow::Slide>("slide"),
                                            InstanceMethod<&FileWindow::FileBytes>("fileBytes"),
                                            InstanceMethod<&FileWindow::Close>("close"),
                                        }));
}

FileWindow::FileWindow(const Napi::CallbackInfo& info) : Napi::ObjectWrap<FileWindow>(info) {
  Guarded(info.Env(), [&] {
    const int theirs = info[0].As<Napi::Number>().Int32Value();
    fd_.reset(SystemCall("fcntl(F_DUPFD_CLOEXEC)", [&] { return ::fcntl(theirs, F_DUPFD_CLOEXEC, 0); }));
    mapping_ = Mapping::OfNothing(info[1].As<Napi::Number>().Uint32Value());
    guard_.emplace(mapping_->data(), mapping_->bytes());
    if (!guard_->active()) throw SyscallError("sigaction(SIGBUS)", EAGAIN);
  });
  Value().Set("buffer", ExternalBuffer(info.Env(), mapping_));
}

// offset, a multiple of the page size. Gives how many bytes of the file are in the window; 0 after close.
Napi::Value FileWindow::Slide(const Napi::CallbackInfo& info) {
  const uint64_t offset = static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value());
  size_t shown = 0;
  Guarded(info.Env(), [&] {
    if (!mapping_) return;
    const uint64_t size = SizeNow();
    shown = size > offset ? static_cast<size_t>(std::min<uint64_t>(size - offset, mapping_->bytes())) : 0;
    mapping_->Show(fd_.get(), offset, shown);
  });
  return Napi::Number::New(info.Env(), static_cast<double>(shown));
}

Napi::Value FileWindow::FileBytes(const Napi::CallbackInfo& info) {
  const uint64_t size = Guarded(info.Env(), [&]() -> uint64_t { return mapping_ ? SizeNow() : 0; });
  return Napi::Number::New(info.Env(), static_cast<double>(size));
}

void FileWindow::Close(const Napi::CallbackInfo&) { CloseNow(); }

uint64_t FileWindow::SizeNow() const {
  // Not fstat: since glibc 2.33 its symbol is one that older systems do not have.
  struct statx status;
  SystemCall("statx", [&] { return ::statx(fd_.get(), "", AT_EMPTY_PATH, STATX_SIZE, &status); });
  return status.stx_size;
}

// The ArrayBuffer may be read later: zero pages take the file's place, as with a ring.
void FileWindow::CloseNow() noexcept {
  if (!mapping_) return;
  mapping_->Blank();
  guard_.reset();
  mapping_ = MappingRef();
  fd_.reset();
}

}  // namespace zc
