#include "core/run/engine.h"

/// The one function that loadEngine looks up in liblorashear_engine.so.
extern "C" __attribute__((visibility("default"))) lorashear::Engine* lorashear_make_engine(int threads) {
    return lorashear::makeEngine(threads).release();
}
