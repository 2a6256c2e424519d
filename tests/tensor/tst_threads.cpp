// Our loops run on LibTorch's threads, and how many there are does not show in the results.
#include "core/kernels/fused.h"
#include "core/kernels/parallel.h"
#include "core/kernels/thin_products.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QtTest>

#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace tst_threads {

using namespace lorashear;
using Tensors = std::vector<at::Tensor>;

namespace {

at::Tensor noise(at::IntArrayRef shape, std::uint64_t seed) {
    return at::empty(shape, at::kFloat).normal_(0, 1, at::detail::createCPUGenerator(seed));
}

// Runs f on fresh leaves; the value and the gradients of its sum of squares.
Tensors withGradients(const std::function<at::Tensor(const Tensors&)>& f, const Tensors& inputs) {
    Tensors leaves;
    for (const auto& t : inputs) leaves.push_back(t.detach().clone().set_requires_grad(true));
    const auto value = f(leaves);
    value.square().sum().backward();
    Tensors all{value.detach()};
    for (const auto& leaf : leaves) all.push_back(leaf.grad());
    return all;
}

// That many threads for LibTorch's loops and ours, while it lives.
class ThreadCount {
public:
    explicit ThreadCount(int count) : m_before(at::get_num_threads()) { at::set_num_threads(count); }
    ~ThreadCount() { at::set_num_threads(m_before); }
    ThreadCount(const ThreadCount&) = delete;
    ThreadCount& operator=(const ThreadCount&) = delete;

private:
    int m_before;
};

}  // namespace

class TestThreads : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void loopsUseTheThreads() {
        const ThreadCount three(3);
        std::mutex mutex;
        std::set<std::thread::id> threads;
        std::set<std::int64_t> numbers;
        parallelFor(2, 11, 1, [&](std::int64_t from, std::int64_t to) {
            const std::lock_guard lock(mutex);
            threads.insert(std::this_thread::get_id());
            for (auto i = from; i < to; ++i) QVERIFY(numbers.insert(i).second);
        });
        QCOMPARE(threads.size(), std::size_t{3});
        QCOMPARE(numbers.size(), std::size_t{9});
        QCOMPARE(*numbers.begin(), 2);
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, parallelFor(0, 3, 1, [](std::int64_t from, std::int64_t) {
                                     if (from == 1) throw std::runtime_error("in a thread");
                                 }));
    }

    // Every element is summed by one thread in a fixed order, however many there are.
    void threadCountsGiveTheSameBits() {
        const int tokens = 301, heads = 4, headDim = 24, width = 173;
        ops::AttentionOptions options;
        options.headDim = headDim;
        const auto table = ops::rotaryTable({}, headDim, tokens, at::kCPU);
        const auto weight = noise({width}, 1) + 1, half = noise({tokens, width}, 7).to(at::kBFloat16),
                   m = noise({8, width}, 8);
        const auto all = [&] {
            Tensors results = withGradients([&](const Tensors& t) { return ops::fused::rmsNorm(t[0], weight, 1e-5); },
                                            {noise({tokens, width}, 2)});
            const auto add = [&](const Tensors& more) { results.insert(results.end(), more.begin(), more.end()); };
            add(withGradients([](const Tensors& t) { return ops::fused::swiglu(t[0], t[1]); },
                              {noise({tokens, width}, 3), noise({tokens, width}, 4)}));
            add(withGradients(
                [&](const Tensors& t) { return ops::fused::attention(t[0], t[1], t[2], options, table, nullptr, 0); },
                {noise({2, tokens, heads * headDim}, 5), noise({2, tokens, 2 * headDim}, 6),
                 noise({2, tokens, 2 * headDim}, 7)}));
            const auto dropout = ops::thin::dropout(0.1, 5);
            const auto u = ops::thin::dotRows(half, m, dropout);
            const auto update = ops::thin::rankUpdate({{{half, u, m, dropout}, {half, u, m, {}}}, {}, {}, {}, {}, 0});
            add({u, ops::thin::outerSum(u, noise({tokens, width}, 9), dropout), update});
            return results;
        };
        Tensors one, several;
        {
            const ThreadCount single(1);
            one = all();
        }
        for (const int count : {2, 3, 5}) {
            const ThreadCount threads(count);
            several = all();
            QCOMPARE(several.size(), one.size());
            for (std::size_t i = 0; i < one.size(); ++i)
                QVERIFY2(at::equal(one[i], several[i]), qPrintable(QString("result %1 with %2 threads").arg(i).arg(count)));
        }
    }
};

}  // namespace tst_threads

QTEST_APPLESS_MAIN(tst_threads::TestThreads)
#include "tst_threads.moc"
