// Speed of the engine against this machine's own product rate, in one run:
//
//   lorashear-bench [--quick] [--threads N] [--only ROW] [--shape TEXT] [--mixed]
//
// Every row is one entry of the table at the end of this file. The rate of sgemm is measured again beside every row, so
// that a share stays meaningful on a machine whose clock or load changes. tests/bench/peer.py prints the same rows for
// transformers + PEFT.

#include "app/reexec.h"
#include "core/base/control.h"
#include "core/io/checkpoint.h"
#include "core/kernels/allocator.h"
#include "core/kernels/ops.h"
#include "core/kernels/product.h"
#include "core/model/causal_lm.h"
#include "core/model/generate.h"
#include "core/model/lora.h"
#include "core/train/adamw.h"
#include "tests/bench/forecast_rows.h"
#include "tests/bench/knowledge_rows.h"
#include "tests/bench/pipeline_rows.h"
#include "tests/bench/training_rows.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

using namespace lorashear;

namespace {

struct Options {
    bool quick = false, mixed = false;
    int threads = 2, windows = 0;
    std::string only, shape, model;
};

struct Shape {
    std::string name;
    int batch = 8, tokens = 128;
    std::function<std::unique_ptr<CausalLM>()> make;
};

double bestSeconds(int repeats, const std::function<void()>& body) {
    body();  // warms caches and allocators
    double best = 1e30;
    for (int i = 0; i < repeats; ++i) {
        const double start = monotonicSeconds();
        body();
        best = std::min(best, monotonicSeconds() - start);
    }
    return best;
}

// GFLOPS of LibTorch's own matrix product, 1024 x 1024 x 1024.
double productRate(at::ScalarType type, int repeats) {
    const auto x = at::full({1024, 1024}, 0.5, type), w = at::full({1024, 1024}, 0.5, type);
    return 2.0 * 1024 * 1024 * 1024 / bestSeconds(repeats, [&] { at::mm(x, w.t()); }) / 1e9;
}

void resetPeakMemory() {
    std::ofstream("/proc/self/clear_refs") << "5";
}

double peakMegabytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmHWM:", 0) == 0) return std::stod(line.substr(6)) / 1024;
    return 0;
}

// Floating-point operations of one forward pass per token: products of linears and head, and causal attention.
double forwardFlops(const CausalLM& model, int tokens) {
    double flops = 2.0 * static_cast<double>(model.head().weight.numel());
    for (const auto* linear : model.linears()) flops += 2.0 * static_cast<double>(linear->weight.numel());
    for (const auto& layer : model.config().layers) flops += 2.0 * layer.heads * model.config().headDim * (tokens + 1);
    return flops;
}

std::unique_ptr<CausalLM> randomShape(int hidden, int layers, int heads, int kvHeads, int width, int vocabulary) {
    ModelConfig config;
    config.family = "llama";
    config.vocabulary = vocabulary, config.hidden = hidden, config.headDim = hidden / heads, config.maxPositions = 2048;
    config.layers.assign(static_cast<std::size_t>(layers), {heads, kvHeads, width});
    config.tiedHead = true;
    return randomModel(config, 1);
}

std::vector<Shape> shapesFor(const Options& options) {
    std::vector<Shape> all = {
        {"stories260K", 8, 256,
         [] { return loadModel(Checkpoint::open(std::string(LORASHEAR_SOURCE_DIR) + "/resources/models/stories260K")); }},
        {"random 15M", 8, 256, [] { return randomShape(288, 6, 6, 6, 768, 32000); }},
        {"SmolLM2-135M shape", 8, 128, bench::smolLm2Shape},
    };
    std::erase_if(all, [&](const Shape& shape) { return shape.name.find(options.shape) == std::string::npos; });
    return all;
}

at::Tensor batchOf(const CausalLM& model, const Shape& shape) {
    const auto count = std::int64_t{shape.batch} * (shape.tokens + 1);
    return (at::arange(count, at::kLong) * 7919 + 13)
        .remainder(model.config().vocabulary)
        .view({shape.batch, shape.tokens + 1});
}

at::Tensor meanNll(const CausalLM& model, const at::Tensor& batch, const ForwardContext& context) {
    const auto length = batch.size(1) - 1;
    const auto hidden = model.hidden(batch.narrow(1, 0, length), context);
    return ops::tokenNll(hidden.view({-1, hidden.size(2)}), model.vocabularyHead(context.compute),
                         batch.narrow(1, 1, length).reshape({-1}), context.compute)
        .mean();
}

struct Measured {
    double seconds = 0, flops = 0, tokens = 0;
};

void print(const std::string& row, const Shape& shape, const Measured& m, double sgemm) {
    const double rate = m.flops / m.seconds / 1e9;
    std::printf("%-26s %-20s %9.0f tokens/s %7.1f GFLOPS %6.0f %% of sgemm (%.0f) %7.0f MB peak\n", row.c_str(),
                shape.name.c_str(), m.tokens / m.seconds, rate, 100 * rate / sgemm, sgemm, peakMegabytes());
    std::fflush(stdout);
}

// A row's measurement between two of sgemm; the better rate counts, so that shares are not flattered.
void measure(const std::string& row, const Shape& shape, const Options& options, const std::function<Measured()>& body) {
    const int repeats = options.quick ? 3 : 10;
    const double before = productRate(at::kFloat, repeats);
    resetPeakMemory();
    const auto result = body();
    print(row, shape, result, std::max(before, productRate(at::kFloat, repeats)));
}

void rates(const Options& options) {
    const int repeats = options.quick ? 5 : 20;
    std::printf("%-26s %7.0f GFLOPS fp32, %.0f GFLOPS bf16 (1024 cubed, %d threads); ours 512 x 1024 x 1024: ",
                "matrix product", productRate(at::kFloat, repeats), productRate(at::kBFloat16, repeats), options.threads);
    const auto own = ops::productRates();
    std::printf("%.0f and %.0f; mixed %s\n", own.fp32, own.bf16, ops::mixedPays() ? "pays" : "does not pay");
}

int repeatsFor(const Shape& shape, const Options& options) {
    return (options.quick ? 2 : 6) * (shape.name == "stories260K" ? 5 : 1);
}

void forwardRows(const Options& options, Compute compute) {
    for (const auto& shape : shapesFor(options)) {
        const auto model = shape.make();
        const auto batch = batchOf(*model, shape);
        measure(compute == Compute::Mixed ? "forward, mixed" : "forward", shape, options, [&] {
            at::NoGradGuard guard;
            ForwardContext context;
            context.compute = compute;
            const double tokens = shape.batch * shape.tokens;
            return Measured{bestSeconds(repeatsFor(shape, options), [&] { meanNll(*model, batch, context); }),
                            tokens * forwardFlops(*model, shape.tokens), tokens};
        });
    }
}

// Frozen weights need no gradient of their own: forward and dx, twice the products of a forward pass.
void stepRows(const Options& options, Compute compute, double dropout) {
    for (const auto& shape : shapesFor(options)) {
        const auto model = shape.make();
        LoraOptions lora;
        lora.dropout = dropout;
        attachLora(*model, lora, 1);
        std::vector<std::pair<std::string, at::Tensor>> parameters;
        for (auto* linear : model->linears()) {
            parameters.emplace_back(linear->name + ".a", linear->a);
            parameters.emplace_back(linear->name + ".b", linear->b);
        }
        AdamW optimizer(parameters, {});
        const auto batch = batchOf(*model, shape);
        std::string row = compute == Compute::Mixed ? "LoRA step, mixed" : "LoRA step";
        if (dropout > 0) row += ", dropout";
        measure(row, shape, options, [&] {
            ForwardContext context;
            context.training = true;
            context.compute = compute;
            const double tokens = shape.batch * shape.tokens;
            const auto step = [&] {
                ++context.dropoutSeed;
                meanNll(*model, batch, context).backward();
                optimizer.step(1e-4);
            };
            return Measured{bestSeconds(repeatsFor(shape, options), step), 2 * tokens * forwardFlops(*model, shape.tokens),
                            tokens};
        });
    }
}

void decodeRows(const Options& options) {
    for (const auto& shape : shapesFor(options)) {
        const auto model = shape.make();
        GenerateOptions generation;
        generation.maxTokens = options.quick ? 32 : 100;
        measure("decode, batch 1", shape, options, [&] {
            const double tokens = generation.maxTokens;
            return Measured{bestSeconds(2, [&] { generate(*model, {1}, generation); }), tokens * forwardFlops(*model, 1),
                            tokens};
        });
    }
}

int windowsOf(const Options& options) {
    return options.windows > 0 ? options.windows : options.quick ? 8 : 32;
}

void knowledgeRows(const Options& options, Compute compute) {
    bench::printKnowledgeAnalysis(windowsOf(options), options.model, compute);
}

struct Row {
    const char* name;
    std::function<void(const Options&)> run;
    bool mixed;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> kRows = {
        {"rates", rates, false},
        {"forward", [](const Options& o) { forwardRows(o, Compute::Fp32); }, false},
        {"step", [](const Options& o) { stepRows(o, Compute::Fp32, 0); }, false},
        {"step-dropout", [](const Options& o) { stepRows(o, Compute::Fp32, 0.05); }, false},
        {"decode", decodeRows, false},
        {"lhspg", [](const Options& o) { bench::printPruningOverhead(o.quick); }, false},
        {"distillation", [](const Options& o) { bench::printDistillation(o.quick, Compute::Fp32); }, false},
        {"curve", [](const Options& o) { bench::printCurves(o.quick, Compute::Fp32); }, false},
        {"knowledge", [](const Options& o) { knowledgeRows(o, Compute::Fp32); }, false},
        {"forecast", [](const Options& o) { bench::printForecast(windowsOf(o), o.model); }, false},
        {"startup", [](const Options& o) { bench::printStartup(o.quick); }, false},
        {"mixed-forward", [](const Options& o) { forwardRows(o, Compute::Mixed); }, true},
        {"mixed-step", [](const Options& o) { stepRows(o, Compute::Mixed, 0); }, true},
        {"mixed-distillation", [](const Options& o) { bench::printDistillation(o.quick, Compute::Mixed); }, true},
        {"mixed-knowledge", [](const Options& o) { knowledgeRows(o, Compute::Mixed); }, true},
        {"mixed-curve", [](const Options& o) { bench::printCurves(o.quick, Compute::Mixed); }, true},
    };
    return kRows;
}

}  // namespace

int main(int argc, char** argv) {
    lorashear::app::reexecWithPassiveWaits(argv);  // as the programs do
    Options options;
    CLI::App app("Speed of the engine against this machine's own product rate");
    app.add_flag("--quick", options.quick, "few repeats");
    app.add_flag("--mixed", options.mixed, "bf16 rows too, even where the probe says that mixed does not pay");
    app.add_option("--threads", options.threads, "threads");
    app.add_option("--only", options.only, "rows whose name starts with this");
    app.add_option("--shape", options.shape, "shapes whose name contains this");
    app.add_option("--model", options.model,
                   "a model for the rows knowledge, mixed-knowledge and forecast, beside the bundled one");
    app.add_option("--windows", options.windows, "windows of 256 tokens for these rows (default: 32, with --quick 8)");
    CLI11_PARSE(app, argc, argv);
    keepFreedMemory();
    at::set_num_threads(options.threads);
    std::string names;
    bool found = false;
    for (const auto& row : rows()) {
        names += std::string(names.empty() ? "" : ", ") + row.name;
        if (std::string(row.name).rfind(options.only, 0) != 0) continue;
        found = true;
        if (row.mixed && !options.mixed && !ops::mixedPays()) continue;
        row.run(options);
    }
    if (!found)
        std::fprintf(stderr, "No row's name starts with \"%s\". There are: %s\n", options.only.c_str(), names.c_str());
    return found ? 0 : 2;
}
