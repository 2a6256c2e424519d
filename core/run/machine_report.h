#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

/// What this machine and this LibTorch can do, measured.
struct MachineReport {
    std::string torchVersion, torchLibrary;
    double fp32Gflops = 0, bf16Gflops = 0;  ///< 1024^3 matrix products, about 0.1 s each
    int cores = 0, threads = 0;
    std::string waitPolicy;           ///< OMP_WAIT_POLICY; empty: not set
    std::vector<std::string> openmp;  ///< OpenMP runtimes mapped into this process
    std::int64_t memoryBytes = 0, availableBytes = 0;
    std::string processor, device;
    std::vector<std::string> complaints;  ///< what makes it slow, in words
};

/// Sets LibTorch's number of threads for the calling thread, explicitly: it is counted per thread and lazily. 0: all cores.
void useThreads(int threads);

/// threads: 0 = all cores.
MachineReport measureMachine(int threads);

}  // namespace lorashear
