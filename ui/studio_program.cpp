#include "ui/studio_program.h"

#include "ui/controller/studio.h"
#include "ui/guarded_application.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"

#include <QCommandLineParser>
#include <QEvent>
#include <QTimer>

namespace lorashear::ui {

namespace {

struct Arguments {
    QString path, page, appearance;
    bool start = false, exitWhenShown = false;
};

Arguments parse(const QApplication& application) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QApplication::translate("lorashear::ui::Program", "Interactive structured pruning of language models."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("PATH"),
        QApplication::translate("lorashear::ui::Program", "a model folder, a run folder or a recipe"),
        QStringLiteral("[PATH]"));
    const QCommandLineOption page(QStringLiteral("page"),
                                  QApplication::translate("lorashear::ui::Program", "page shown at the start"),
                                  QStringLiteral("id"));
    const QCommandLineOption appearance(QStringLiteral("appearance"),
                                        QApplication::translate("lorashear::ui::Program", "system, light or dark"),
                                        QStringLiteral("id"));
    const QCommandLineOption start(
        QStringLiteral("start"), QApplication::translate("lorashear::ui::Program", "start the run once the model is open"));
    const QCommandLineOption exitWhenShown(
        QStringLiteral("exit-when-shown"),
        QApplication::translate("lorashear::ui::Program",
                                "leave after the window was painted once, with PATH opened in it (to measure start-up)"));
    parser.addOptions({page, appearance, start, exitWhenShown});
    parser.process(application);
    return {parser.positionalArguments().value(0), parser.value(page), parser.value(appearance), parser.isSet(start),
            parser.isSet(exitWhenShown)};
}

/// Starts the run at the first moment it can be started, once.
void startWhenReady(Studio& studio) {
    auto* once = new QObject(&studio);
    QObject::connect(&studio.engine(), &EngineController::idle, once, [&studio, once] {
        if (!studio.canStart()) return;
        once->deleteLater();
        QTimer::singleShot(0, &studio, [&studio] { studio.startRun(); });
    });
}

/// PATH is open now, or has turned out not to be anything: draws the window with it and leaves.
void leave(Studio& studio, MainWindow& window) {
    QTimer::singleShot(0, &window, [&studio, &window] {
        window.repaint();
        QCoreApplication::exit(studio.session().structure() ? 0 : 1);
    });
}

class FirstPaint : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint) QTimer::singleShot(0, qApp, &QCoreApplication::quit);
        return QObject::eventFilter(watched, event);
    }
};

}  // namespace

int runStudio(GuardedApplication& application, Worker::Factory factory) {
    QApplication::setApplicationName(QStringLiteral("lorashear-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("LoRAShear Studio"));
    QApplication::setDesktopFileName(QStringLiteral("io.github.lorashear.Studio"));
    const Arguments arguments = parse(application);
    Settings settings;
    applyAppearance(application,
                    appearanceFromId(arguments.appearance.isEmpty() ? settings.appearance() : arguments.appearance));
    QtDialogs dialogs;
    Studio studio(std::move(factory), dialogs, settings);
    MainWindow window(studio);
    QObject::connect(&application, &GuardedApplication::caught, &studio, &Studio::failed);
    if (arguments.exitWhenShown && arguments.path.isEmpty())
        window.installEventFilter(new FirstPaint(&window));
    else if (arguments.exitWhenShown)
        QObject::connect(&studio.engine(), &EngineController::idle, &window, [&] { leave(studio, window); });
    window.show();
    if (!arguments.page.isEmpty()) window.showPage(arguments.page);
    if (arguments.start) startWhenReady(studio);
    if (!arguments.path.isEmpty())
        QTimer::singleShot(0, &window, [&] {
            studio.open(arguments.path);
            if (!arguments.page.isEmpty()) window.showPage(arguments.page);  // opening a run shows its own page
            if (arguments.exitWhenShown && !studio.engine().busy()) leave(studio, window);
        });
    return QApplication::exec();
}

}  // namespace lorashear::ui
