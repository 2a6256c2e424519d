#include "core/run/machine_report.h"

#include "core/base/control.h"
#include "core/model/device.h"
#include "core/run/machine_memory.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

namespace lorashear {

namespace {

constexpr std::int64_t kSize = 1024;
constexpr double kProbeSeconds = 0.1;
constexpr double kSlowPerThread = 8;  ///< fp32 GFLOPS of one thread below which no vector units can be at work
constexpr double kLittleMemory = 2e9;

double gflops(at::ScalarType type) {
    const at::InferenceMode inference;
    const auto options = at::TensorOptions().dtype(type);
    const auto a = at::full({kSize, kSize}, 0.5, options), b = at::full({kSize, kSize}, 0.25, options);
    auto c = at::empty({kSize, kSize}, options);
    at::mm_out(c, a, b);  // libraries choose their path the first time
    double seconds = 0;
    int products = 0;
    for (const double start = monotonicSeconds(); seconds < kProbeSeconds; seconds = monotonicSeconds() - start, ++products)
        at::mm_out(c, a, b);
    return 2.0 * std::pow(static_cast<double>(kSize), 3) * products / seconds / 1e9;
}

std::vector<std::string> mappedOpenmp() {
    std::set<std::string> found;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        const auto slash = line.find('/');
        if (slash == std::string::npos) continue;
        const std::string file = std::filesystem::path(line.substr(slash)).filename().string();
        for (const char* runtime : {"libgomp", "libiomp", "libomp"})
            if (file.rfind(runtime, 0) == 0) found.insert(line.substr(slash));
    }
    return {found.begin(), found.end()};
}

/// A "key : value" line of /proc; empty when it is not there.
std::string procValue(const char* file, const std::string& key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.rfind(key, 0) != 0) continue;
        const auto colon = line.find(':');
        const auto begin = line.find_first_not_of(" \t", colon + 1);
        return begin == std::string::npos ? "" : line.substr(begin);
    }
    return {};
}

std::int64_t kilobytes(const std::string& key) {
    return std::atoll(procValue("/proc/meminfo", key).c_str()) * 1024;
}

std::string whole(double value) {
    return std::to_string(std::lround(value));
}

void complain(MachineReport& report) {
    auto& out = report.complaints;
    if (report.waitPolicy != "passive" && report.waitPolicy != "PASSIVE")
        out.push_back(
            "OMP_WAIT_POLICY is \"" + report.waitPolicy +
            "\": waiting threads burn a core each, and everything slows down when another program needs it. Unset it.");
    if (report.openmp.size() > 1)
        out.push_back(std::to_string(report.openmp.size()) +
                      " OpenMP runtimes are mapped into one process; they fight for the cores. Use one LibTorch only.");
    if (report.fp32Gflops < kSlowPerThread * report.threads)
        out.push_back(
            whole(report.fp32Gflops) + " GFLOPS in fp32 on " + std::to_string(report.threads) +
            " threads is far below what such processors do: LibTorch may lack MKL, or other programs keep the cores busy.");
    if (report.threads > report.cores)
        out.push_back(std::to_string(report.threads) + " threads on " + std::to_string(report.cores) +
                      " cores wait for each other. Use --threads " + std::to_string(report.cores) + ".");
    if (static_cast<double>(report.availableBytes) < kLittleMemory)
        out.push_back("only " + whole(static_cast<double>(report.availableBytes) / 1e6) + " MB of memory are free.");
}

}  // namespace

void useThreads(int threads) {
    at::set_num_threads(threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
}

MachineReport measureMachine(int threads) {
    MachineReport report;
    report.cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    useThreads(threads);
    report.threads = at::get_num_threads();
    report.torchVersion = TORCH_VERSION;
    report.torchLibrary = (libTorchFolder() / "libtorch_cpu.so").string();
    report.fp32Gflops = gflops(at::kFloat);
    report.bf16Gflops = gflops(at::kBFloat16);
    const char* policy = std::getenv("OMP_WAIT_POLICY");
    report.waitPolicy = policy != nullptr ? policy : "";
    report.openmp = mappedOpenmp();
    report.memoryBytes = kilobytes("MemTotal");
    report.availableBytes = std::max<std::int64_t>(0, availableMemory());
    report.processor = procValue("/proc/cpuinfo", "model name");
    report.device = cudaProblem().empty() ? "cuda" : "cpu";
    complain(report);
    return report;
}

}  // namespace lorashear
