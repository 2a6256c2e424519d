// What the window's budgets come to: how late its event loop is while the engine trains, how long plots, graph and slider take, how soon it is there.
//
//   lorashear-ui-bench [--only NAME …]     (QT_QPA_PLATFORM=offscreen where there is no display)
//
// Prints one line a figure, with its budget and whether it was met. Nothing asserts: a busy machine misses what a quiet one meets. Every row runs with the
// real window and, where it needs one, the real engine.

#include "tests/bench/shape_checkpoint.h"
#include "tests/ui/ui_support/answering_dialogs.h"
#include "ui/controller/studio.h"
#include "ui/graph/graph_view.h"
#include "ui/main_window.h"
#include "ui/plots/curve_plot.h"
#include "ui/theme/theme.h"
#include "ui/widgets/group_chart.h"

#include "app/reexec.h"
#include "core/run/engine.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QScrollBar>
#include <QSlider>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <thread>

using namespace lorashear;
using namespace lorashear::ui;

namespace {

constexpr int kPatience = 300'000;  ///< ms
constexpr double kFrame = 1000.0 / 60;

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return std::nan("");
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, std::size_t(share * double(values.size())))];
}

void printRow(const char* what, double milliseconds, double budget, const std::string& more) {
    std::printf("%-58s %9.1f ms  of %7.1f  %s  %s\n", what, milliseconds, budget,
                milliseconds <= budget ? "met   " : "MISSED", more.c_str());
    std::fflush(stdout);
}

std::string inWords(const char* format, double a, double b) {
    char text[160];
    std::snprintf(text, sizeof text, format, a, b);
    return text;
}

double millisecondsOf(const std::function<void()>& work) {
    QElapsedTimer timer;
    timer.start();
    work();
    return double(timer.nsecsElapsed()) / 1e6;
}

bool waited(const std::function<bool()>& until) {
    return QTest::qWaitFor(until, kPatience);
}

/// The real window with the real engine, settings and caches of its own.
struct Bench {
    QTemporaryDir dir;
    testing::AnsweringDialogs dialogs;
    std::unique_ptr<Settings> settings;
    std::unique_ptr<Studio> studio;
    std::unique_ptr<MainWindow> window;

    Bench() {
        for (const char* name : {"XDG_CACHE_HOME", "XDG_STATE_HOME"}) qputenv(name, dir.path().toUtf8());
        settings = std::make_unique<Settings>(dir.filePath(QStringLiteral("settings.ini")));
        studio = std::make_unique<Studio>([] { return loadEngine(); }, dialogs, *settings);
        QObject::connect(studio.get(), &Studio::failed, studio.get(),
                         [](const Error& error) { std::fprintf(stderr, "%s\n", error.what()); });
        window = std::make_unique<MainWindow>(*studio);
        window->resize(1280, 800);
        window->show();
        (void)QTest::qWaitForWindowExposed(window.get());
    }
    ~Bench() {
        window.reset();
        studio.reset();
    }
    bool open(const QString& folder) {
        studio->open(folder);
        return waited([&] { return studio->session().plan().plan && !studio->engine().busy(); });
    }
    bool analyse() {
        studio->session().edit(QStringLiteral("short"), [](Recipe& r) {
            r.analysis.ratios = {0.5};
            r.analysis.text.maxWindows = 2;
            r.analysis.text.window = 128;
        });
        studio->analyse();
        return waited([&] { return !studio->engine().busy(); }) && studio->session().knowledge();
    }
    template <class T>
    T* find(const char* name) const {
        return window->findChild<T*>(QString::fromLatin1(name));
    }
};

/// Events that another thread posts every few milliseconds; how late each comes.
class Lateness : public QObject {
public:
    void start() {
        m_thread = std::jthread([this](std::stop_token stop) {
            while (!stop.stop_requested()) {
                const auto sent = std::chrono::steady_clock::now();
                QMetaObject::invokeMethod(this, [this, sent] {
                    m_late.push_back(
                        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - sent).count());
                });
                std::this_thread::sleep_for(std::chrono::milliseconds(4));
            }
        });
    }
    std::vector<double> stop() {
        m_thread.request_stop();
        m_thread.join();
        return m_late;
    }

private:
    std::vector<double> m_late;
    std::jthread m_thread;
};

void eventLoopWhileTraining() {
    Bench bench;
    if (!bench.open(bundledModel())) return;
    bench.studio->session().edit(QStringLiteral("long"), [](Recipe& r) {
        r.analysis.enabled = false;
        r.method.optionsJson = R"({"warmup_steps": 60, "periods": 3, "period_steps": 30})";
        r.recovery.enabled = false;
        r.evaluation.speed = false;
        for (RecipeText& text : r.evaluation.texts) text.maxWindows = 4;
    });
    bench.studio->startRun();
    const RunState& run = bench.studio->session().run();
    if (!waited([&] { return !run.steps.empty() || !bench.studio->engine().busy(); })) return;
    const auto begin = run.steps.size();
    Lateness lateness;
    lateness.start();
    const double seconds =
        millisecondsOf([&] { waited([&] { return run.steps.size() > 130 || !bench.studio->engine().busy(); }); }) / 1000;
    const auto late = lateness.stop();
    printRow("event loop while all cores train, 99th percentile", quantile(late, 0.99), 16,
             inWords("median %.2f ms, largest %.1f ms; ", quantile(late, 0.5), quantile(late, 1)) +
                 inWords("%.0f steps in %.0f s", double(run.steps.size() - begin), seconds));
    bench.studio->cancel();
    waited([&] { return !bench.studio->engine().busy(); });
}

void liveCurves() {
    constexpr int kPoints = 100'000, kFrames = 60, kNew = 20;
    CurvePlot plot(QStringLiteral("bench"), QStringLiteral("Loss"), QStringLiteral("step"), QStringLiteral("loss"),
                   {{QStringLiteral("raw"), CurvePlot::Look::Raw}, {QStringLiteral("smooth"), CurvePlot::Look::Smooth}});
    plot.resize(900, 320);
    plot.show();
    (void)QTest::qWaitForWindowExposed(&plot);
    std::vector<double> x, raw, smooth, frames;
    const auto grow = [&](int count) {
        for (int i = 0; i < count; ++i) {
            const double step = double(x.size());
            x.push_back(step);
            raw.push_back(2 + 3 / (1 + step / 2000) + 0.3 * std::sin(step * 12.9898) * std::cos(step * 78.233));
            smooth.push_back(2 + 3 / (1 + step / 2000));
        }
    };
    grow(kPoints);
    for (int frame = 0; frame < kFrames; ++frame) {
        grow(kNew);
        frames.push_back(millisecondsOf([&] {
            plot.setCurve(0, x, raw);
            plot.setCurve(1, x, smooth);
            plot.refresh();
            plot.bringUpToDate();
            plot.repaint();
        }));
    }
    printRow("two live curves of 100,000 points, one redraw", quantile(frames, 0.5), 40,
             inWords("99th percentile %.1f ms, largest %.1f ms; budget: the inbox is drained every 40 ms",
                     quantile(frames, 0.99), quantile(frames, 1)));
}

/// Repaints while it is dragged about.
std::vector<double> framesOf(QAbstractScrollArea& area) {
    std::vector<double> frames;
    for (int frame = 0; frame < 60; ++frame) {
        QScrollBar* bar = area.verticalScrollBar();
        bar->setValue(bar->value() + (frame % 20 < 10 ? 7 : -7));
        frames.push_back(millisecondsOf([&] { area.viewport()->repaint(); }));
    }
    return frames;
}

void printFrames(const char* what, const std::vector<double>& frames, const std::string& more) {
    printRow(what, quantile(frames, 0.5), kFrame,
             inWords("99th percentile %.1f ms, largest %.1f ms; ", quantile(frames, 0.99), quantile(frames, 1)) + more);
}

void largeGraph() {
    Bench bench;
    const QString folder = bench.dir.filePath(QStringLiteral("llama-7b"));
    bench::writeShapeCheckpoint(folder, bench::kLlama7B, bench::Numbers::Holes);
    if (!bench.open(folder)) return;
    const Structure& structure = *bench.studio->session().structure();
    const std::string groups = inWords("%.0f heads, %.0f neurons", double(structure.groupCount(UnitKind::Attention)),
                                       double(structure.groupCount(UnitKind::Mlp)));
    bench.window->showPage(QStringLiteral("graph"));
    auto* graph = bench.find<GraphView>("graphView");
    if (!graph) return (void)std::fprintf(stderr, "there is no graph\n");
    graph->chooseBlock(QStringLiteral("0"));  // opens the stack
    QTest::qWait(200);
    printFrames("7B graph, folded by block, one repaint", framesOf(*graph), groups);
    graph->fitAll();
    graph->viewport()->repaint();
    printFrames("7B graph, all of it in sight, one repaint", framesOf(*graph), groups);
    for (int block = 0; block < 4; ++block)
        if (graph->chooseBlock(QString::number(block * 8))) graph->openCurrent();
    QTest::qWait(200);
    printFrames("7B graph, four blocks open, one repaint", framesOf(*graph),
                std::to_string(graph->folded().boxes.size()) + " boxes");
    bench.window->showPage(QStringLiteral("knowledge"));
    auto* chart = bench.find<GroupChart>("groupChart");
    const NodeGroup* block = structure.find("layers.0.mlp");
    if (!chart || !block) return (void)std::fprintf(stderr, "there is no chart of groups\n");
    for (QTabWidget* tabs : bench.window->findChildren<QTabWidget*>())
        for (int i = 0; i < tabs->count(); ++i)
            if (tabs->widget(i)->isAncestorOf(chart)) tabs->setCurrentIndex(i);
    bench.studio->session().select({{}, -1, block->id});
    QTest::qWait(200);
    std::vector<double> frames;
    for (int frame = 0; frame < 60; ++frame) frames.push_back(millisecondsOf([&] { chart->repaint(); }));
    printFrames("7B, the groups of one block, one repaint", frames, chart->isVisible() ? "" : "not in sight");
}

void sliderAnswers() {
    Bench bench;
    const QString folder = bench.dir.filePath(QStringLiteral("llama-15m"));
    bench::writeShapeCheckpoint(folder, bench::kLlama15M, bench::Numbers::Random);
    if (!bench.open(folder) || !bench.analyse()) return;
    bench.window->showPage(QStringLiteral("plan"));
    bench.studio->whatIf().setWanted(true);
    auto* slider = bench.find<QSlider>("ratioSlider");
    auto& whatIf = bench.studio->whatIf();
    QTest::qWait(1500);  // the curve of sizes is drawn
    std::vector<double> predicted, measured;
    for (int i = 0; i < 20; ++i) {
        const int value = slider->minimum() + 60 + 7 * i;
        bool foretold = false;
        predicted.push_back(millisecondsOf([&] {
            slider->setValue(value);
            foretold = whatIf.current().foretold;
            QCoreApplication::sendPostedEvents();
            bench.window->repaint();
        }));
        if (!foretold) return (void)std::fprintf(stderr, "nothing is foretold: %s\n", qPrintable(whatIf.refusal()));
    }
    printRow("slider drag to predicted answer, 15M parameters", quantile(predicted, 0.5), 50,
             inWords("99th percentile %.1f ms, largest %.1f ms, the window painted", quantile(predicted, 0.99),
                     quantile(predicted, 1)));
    for (int i = 0; i < 5; ++i) {
        waited([&] { return !bench.studio->engine().busy(); });
        slider->setValue(slider->minimum() + 55 + 11 * i);
        measured.push_back(millisecondsOf([&] {
            bench.studio->tryPlan();
            waited([&] { return whatIf.current().measured.has_value() || !bench.studio->engine().busy(); });
        }));
        if (!whatIf.current().measured)
            return (void)std::fprintf(stderr, "nothing was measured: %s\n", qPrintable(whatIf.failure()));
    }
    // The first also measures the original.
    printRow("slider drag to measured answer, 15M parameters", quantile({measured.begin() + 1, measured.end()}, 0.5), 2000,
             inWords("the first %.0f ms, largest %.0f ms", measured.front(), quantile(measured, 1)));
}

void firstWindow() {
    const QString program = QStringLiteral(LORASHEAR_PROGRAM_DIR "/lorashear-studio");
    std::vector<double> times;
    for (int i = 0; i < 7; ++i)
        times.push_back(millisecondsOf([&] {
            QProcess process;
            process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            process.start(program, {QStringLiteral("--safe-mode"), QStringLiteral("--exit-when-shown")});
            process.waitForFinished(kPatience);
        }));
    printRow("first window painted, and the program left", quantile({times.begin() + 1, times.end()}, 0.5), 500,
             inWords("the first %.0f ms, largest %.0f ms", times.front(), quantile(times, 1)));
}

struct Row {
    const char* name;
    void (*print)();
};

constexpr Row kRows[] = {{"window", firstWindow},
                         {"curves", liveCurves},
                         {"graph", largeGraph},
                         {"slider", sliderAnswers},
                         {"loop", eventLoopWhileTraining}};

}  // namespace

int main(int argc, char** argv) {
    app::reexecWithPassiveWaits(argv);
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("lorashear-ui-bench"));
    applyAppearance(application, Appearance::Light);
    const QStringList given = QApplication::arguments().mid(1);
    if (given.contains(QStringLiteral("--help")) || (!given.isEmpty() && given.first() != QStringLiteral("--only"))) {
        std::printf("lorashear-ui-bench [--only NAME …]: the window's budgets. Names:");
        for (const Row& row : kRows) std::printf(" %s", row.name);
        std::printf("\n");
        return given.contains(QStringLiteral("--help")) ? 0 : 2;
    }
    std::printf("load %s\n", bench::loadOfMachine().c_str());
    for (const Row& row : kRows)
        if (given.isEmpty() || given.contains(QString::fromLatin1(row.name))) row.print();
    return 0;
}
