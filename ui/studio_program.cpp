#include "ui/studio_program.h"

#include "ui/controller/studio.h"
#include "ui/guarded_application.h"
#include "ui/language.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"
#include "ui/theme/theme.h"
#include "ui/theme/tr.h"
#include "ui/workspaces.h"

#include <QCommandLineParser>
#include <QEvent>
#include <QLocale>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <iostream>

namespace lorashear::ui {

namespace {

struct Arguments {
    QString path, page, workspace, appearance;
    bool start = false, exitWhenShown = false, safe = false, present = false;
};

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

Arguments parse(const QApplication& application, QCommandLineParser& parser) {
    parser.process(application);  // usageProblem() was asked before
    const auto value = [&](const char* name) { return parser.value(QString::fromLatin1(name)); };
    const auto isSet = [&](const char* name) { return parser.isSet(QString::fromLatin1(name)); };
    return {parser.positionalArguments().value(0),
            value("page"),
            value("workspace"),
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
        const auto& problems = studio.problems();
        const ErrorCode code = problems.empty() ? ErrorCode::Internal : problems.front().code();
        QCoreApplication::exit(studio.session().structure() ? 0 : exitCode(code));
    });
}

/// In the words of the command line program.
void sayOnStandardError(const Error& error) {
    const std::string where = error.subject().empty() ? "" : error.subject() + ": ";
    std::cerr << "lorashear-studio: " << where << error.message() << "\n";
    if (!error.hint().empty()) std::cerr << "  " << error.hint() << "\n";
}

Error usage(const QString& where, const QString& what, const QString& hint) {
    return {ErrorCode::Usage, where.toStdString(), what.toStdString(), hint.toStdString()};
}

bool hasDisplay(const QStringList& arguments) {
    const bool chosen = std::any_of(arguments.begin(), arguments.end(), [](const QString& argument) {
        return argument == QLatin1String("-platform") || argument == QLatin1String("--platform") ||
               argument == QLatin1String("-display") || argument == QLatin1String("--display");
    });
    const auto set = [](const char* name) { return !qEnvironmentVariableIsEmpty(name); };
    return chosen || set("QT_QPA_PLATFORM") || set("DISPLAY") || set("WAYLAND_DISPLAY");
}

/// Without those that QApplication takes for itself ("-geometry 1280x800+0+0"): they have one dash, and most a value.
QStringList ownArguments(const QStringList& arguments) {
    QStringList own;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        static const QStringList kQts{QStringLiteral("platform"),      QStringLiteral("display"),
                                      QStringLiteral("geometry"),      QStringLiteral("qwindowgeometry"),
                                      QStringLiteral("style"),         QStringLiteral("stylesheet"),
                                      QStringLiteral("platformtheme"), QStringLiteral("platformpluginpath"),
                                      QStringLiteral("session"),       QStringLiteral("fontengine"),
                                      QStringLiteral("qwindowtitle"),  QStringLiteral("qwindowicon"),
                                      QStringLiteral("plugin"),        QStringLiteral("title"),
                                      QStringLiteral("icon"),          QStringLiteral("name"),
                                      QStringLiteral("visual")};
        static const QStringList kQtsWithoutValue{QStringLiteral("reverse"), QStringLiteral("testability"),
                                                  QStringLiteral("widgetcount"), QStringLiteral("nograb"),
                                                  QStringLiteral("dograb")};
        const QString& argument = arguments[i];
        const QString name = argument.startsWith(QLatin1String("--")) ? argument.mid(2)
                             : argument.startsWith(QLatin1Char('-'))  ? argument.mid(1)
                                                                      : QString();
        if (i > 0 && kQtsWithoutValue.contains(name)) continue;
        if (i == 0 || !kQts.contains(name.section(QLatin1Char('='), 0, 0)))
            own << argument;
        else if (!name.contains(QLatin1Char('=')))
            ++i;
    }
    return own;
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
    const QString comma = QStringLiteral(", ");
    QStringList tongues;
    for (const LanguageRow& row : languages()) tongues << QString::fromLatin1(row.id);
    parser.setApplicationDescription(tr("Interactive structured pruning of language models."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("PATH"), tr("a model folder, a run folder or a recipe"),
                                 QStringLiteral("[PATH]"));
    parser.addOptions({
        {QStringLiteral("page"), tr("page shown at the start"), QStringLiteral("id")},
        {QStringLiteral("workspace"), tr("workspace of this start, one of %1").arg(workspaceIds().join(comma)),
         QStringLiteral("id")},
        {QStringLiteral("appearance"), tr("system, light, dark or contrast"), QStringLiteral("id")},
        {QStringLiteral("language"), tr("system, %1, or pseudo (to test translations)").arg(tongues.join(comma)),
         QStringLiteral("id")},
        {QStringLiteral("present"), tr("large type and a projector's colours from the start (View, Presentation mode)")},
        {QStringLiteral("start"), tr("start the run once the model is open")},
        {QStringLiteral("safe-mode"),
         tr("leave aside what earlier sessions remembered (size, panels, appearance, recent files) and remember nothing")},
        {QStringLiteral("exit-when-shown"),
         tr("leave after the window was painted once, with PATH opened in it (to measure start-up)")},
    });
}

namespace {

std::optional<Error> parsingProblem(QCommandLineParser& parser, const QStringList& arguments) {
    const QString help = tr("lorashear-studio --help lists what there is.");
    if (!parser.parse(arguments)) {
        const QStringList unknown = parser.unknownOptionNames();
        if (unknown.isEmpty()) return usage(tr("command line"), parser.errorText(), help);
        return usage(QStringLiteral("--") + unknown.front(), tr("is no option of lorashear-studio"), help);
    }
    if (const QStringList paths = parser.positionalArguments(); paths.size() > 1)
        return usage(paths[1], tr("is one word too many: the window opens one PATH"),
                     tr("Put a name with spaces in quotes."));
    return std::nullopt;
}

}  // namespace

std::optional<Error> usageProblem(QCommandLineParser& parser, const QStringList& arguments) {
    if (auto problem = parsingProblem(parser, arguments)) return problem;
    const auto known = [&](const char* option, const QStringList& ids) -> std::optional<Error> {
        const QString given = parser.value(QString::fromLatin1(option));
        if (given.isEmpty() || ids.contains(given)) return std::nullopt;
        return usage(QStringLiteral("--") + QString::fromLatin1(option),
                     tr("is \"%1\", allowed is %2").arg(given, ids.join(QStringLiteral(", "))),
                     tr("lorashear-studio --help lists what there is."));
    };
    QStringList pages, looks, tongues{QStringLiteral("system"), QStringLiteral("pseudo")};
    for (const PageEntry& page : builtinPages()) pages << page.id;
    for (const AppearanceRow& row : appearances()) looks << QString::fromLatin1(row.id);
    if (auto problem = known("page", pages)) return problem;
    for (const LanguageRow& row : languages()) tongues << QString::fromLatin1(row.id);
    if (auto problem = known("workspace", workspaceIds())) return problem;
    if (auto problem = known("language", tongues)) return problem;
    return known("appearance", looks);
}

std::optional<int> endsWithoutWindow(int& argc, char** argv) {
    const QCoreApplication core(argc, argv);  // what parsing wants of one
    const QStringList arguments = QCoreApplication::arguments();
    QCommandLineParser parser;
    describeOptions(parser);
    if (const auto problem = parsingProblem(parser, ownArguments(arguments))) {
        sayOnStandardError(*problem);
        return exitCode(problem->code());
    }
    if (parser.isSet(QStringLiteral("help")) || parser.isSet(QStringLiteral("help-all")) ||
        parser.isSet(QStringLiteral("version")))
        parser.process(ownArguments(arguments));  // says it and ends the program
    if (hasDisplay(arguments)) return std::nullopt;
    sayOnStandardError(
        Error(ErrorCode::Unsupported, "lorashear-studio", tr("there is no display to open a window on").toStdString(),
              tr("Start it from a desktop (DISPLAY or WAYLAND_DISPLAY says where one is); lorashear --help lists what "
                 "the command line does without one.")
                  .toStdString()));
    return exitCode(ErrorCode::Unsupported);
}

int runStudio(GuardedApplication& application, Worker::Factory factory) {
    QApplication::setApplicationName(QStringLiteral("lorashear-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("LoRAShear Studio"));
    QApplication::setDesktopFileName(QStringLiteral("io.github.lorashear.Studio"));
    chooseLanguage(application);  // before the tables of pages and workspaces are read: they keep their words
    QCommandLineParser parser;
    describeOptions(parser);
    if (const auto problem = usageProblem(parser, QApplication::arguments())) {
        sayOnStandardError(*problem);
        return exitCode(problem->code());
    }
    const Arguments arguments = parse(application, parser);
    const QTemporaryDir forgotten;
    Settings settings(arguments.safe ? forgotten.filePath(QStringLiteral("settings.ini"))
                                     : QSettings(QStringLiteral("lorashear"), QStringLiteral("studio")).fileName());
    applyAppearance(application,
                    appearanceFromId(arguments.appearance.isEmpty() ? settings.appearance() : arguments.appearance),
                    settings.presentation() || arguments.present);
    applyReducedMotion(application, settings.reducedMotion());
    QtDialogs dialogs;
    Studio studio(std::move(factory), dialogs, settings);
    // A style sheet in force polishes each widget again whenever it gets a parent, which was half of the start: it comes once all are there.
    application.setStyleSheet({});
    MainWindow window(studio, arguments.workspace);
    applyStyleSheet(application);
    studio.setIdleWork(!arguments.exitWhenShown);
    QObject::connect(&application, &GuardedApplication::caught, &studio, &Studio::failed);
    QObject::connect(&studio, &Studio::failed, &studio, sayOnStandardError);
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
