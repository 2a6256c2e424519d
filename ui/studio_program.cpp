#include "ui/studio_program.h"

#include "ui/controller/studio.h"
#include "ui/guarded_application.h"
#include "ui/language.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"

#include <QCommandLineParser>
#include <QEvent>
#include <QLocale>
#include <QTemporaryDir>
#include <QTimer>

namespace lorashear::ui {

namespace {

struct Arguments {
    QString path, page, appearance;
    bool start = false, exitWhenShown = false, safe = false, present = false;
};

QString words(const char* text) {
    return QApplication::translate("lorashear::ui::Program", text);
}

/// The language that the command line, or else the settings, ask for; before the command line is read in earnest, since --help is in it too.
void chooseLanguage(QApplication& application) {
    QCommandLineParser parser;
    describeOptions(parser);
    parser.parse(QApplication::arguments());  // what is wrong in them is said below, in the language chosen here
    const bool safe = parser.isSet(QStringLiteral("safe-mode"));
    const QString asked = parser.value(QStringLiteral("language"));
    applyLanguage(application, languageFor(!asked.isEmpty() ? asked
                                           : safe           ? QString()
                                                            : Settings().language(),
                                           QLocale::system().uiLanguages()));
}

Arguments parse(const QApplication& application) {
    QCommandLineParser parser;
    describeOptions(parser);
    parser.process(application);
    const auto value = [&](const char* name) { return parser.value(QString::fromLatin1(name)); };
    const auto isSet = [&](const char* name) { return parser.isSet(QString::fromLatin1(name)); };
    return {parser.positionalArguments().value(0),
            value("page"),
            value("appearance"),
            isSet("start"),
            isSet("exit-when-shown"),
            isSet("safe-mode"),
            isSet("present")};
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

void describeOptions(QCommandLineParser& parser) {
    parser.setApplicationDescription(words("Interactive structured pruning of language models."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("PATH"), words("a model folder, a run folder or a recipe"),
                                 QStringLiteral("[PATH]"));
    parser.addOptions({
        {QStringLiteral("page"), words("page shown at the start"), QStringLiteral("id")},
        {QStringLiteral("appearance"), words("system, light, dark or contrast"), QStringLiteral("id")},
        {QStringLiteral("language"), words("system, en, zh_CN, ja, or pseudo (to test translations)"), QStringLiteral("id")},
        {QStringLiteral("present"), words("large type and a projector's colours from the start (View, Presentation mode)")},
        {QStringLiteral("start"), words("start the run once the model is open")},
        {QStringLiteral("safe-mode"),
         words("leave aside what earlier sessions remembered (size, appearance, recent files) and remember nothing")},
        {QStringLiteral("exit-when-shown"),
         words("leave after the window was painted once, with PATH opened in it (to measure start-up)")},
    });
}

int runStudio(GuardedApplication& application, Worker::Factory factory) {
    QApplication::setApplicationName(QStringLiteral("lorashear-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("LoRAShear Studio"));
    QApplication::setDesktopFileName(QStringLiteral("io.github.lorashear.Studio"));
    chooseLanguage(application);
    const Arguments arguments = parse(application);
    const QTemporaryDir forgotten;
    Settings settings(arguments.safe ? forgotten.filePath(QStringLiteral("settings.ini"))
                                     : QSettings(QStringLiteral("lorashear"), QStringLiteral("studio")).fileName());
    applyAppearance(application,
                    appearanceFromId(arguments.appearance.isEmpty() ? settings.appearance() : arguments.appearance),
                    settings.presentation() || arguments.present);
    applyReducedMotion(application, settings.reducedMotion());
    QtDialogs dialogs;
    Studio studio(std::move(factory), dialogs, settings);
    MainWindow window(studio);
    studio.setIdleWork(!arguments.exitWhenShown);
    QObject::connect(&application, &GuardedApplication::caught, &studio, &Studio::failed);
    if (arguments.exitWhenShown && arguments.path.isEmpty())
        window.installEventFilter(new FirstPaint(&window));
    else if (arguments.exitWhenShown)
        QObject::connect(&studio.engine(), &EngineController::idle, &window, [&] { leave(studio, window); });
    if (!arguments.safe && !arguments.exitWhenShown) {
        QTimer::singleShot(0, &window, [&window] { window.offerLostWork(); });  // once it is shown: it reads files
        studio.project().setKeeping(true);
    }
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
