#ifndef ZC_NATIVE_FILTER_WORDS_H_
#define ZC_NATIVE_FILTER_WORDS_H_

#include <linux/filter.h>
#include <napi.h>

#include <vector>

namespace zc {

// A classic BPF program from four words an instruction: code, jt, jf, k.
inline std::vector<sock_filter> FilterFromWords(Napi::Uint32Array words) {
  std::vector<sock_filter> filter(words.ElementLength() / 4);
  for (size_t i = 0; i < filter.size(); ++i) {
    filter[i].code = static_cast<uint16_t>(words[4 * i]);
    filter[i].jt = static_cast<uint8_t>(words[4 * i + 1]);
    filter[i].jf = static_cast<uint8_t>(words[4 * i + 2]);
    filter[i].k = words[4 * i + 3];
  }
  return filter;
}

}  // namespace zc

#endif  // ZC_NATIVE_FILTER_WORDS_H_
