# The window's languages: every .ts file of resources/translations compiled by lrelease and embedded, so that a program finds them wherever it is
# installed. Refresh and check the files with packaging/translations.py.
find_program(LORASHEAR_LRELEASE NAMES lrelease lrelease6 lrelease-qt6
             HINTS "${QT6_INSTALL_PREFIX}/${QT6_INSTALL_BINS}" /usr/lib/qt6/bin
             DOC "compiles translations (Debian: qt6-l10n-tools)" REQUIRED)

# Into `target` as :/lorashear/translations/<language>.qm; the target calls Q_INIT_RESOURCE(lorashear_translations).
function(lorashear_translations target)
    set(folder "${CMAKE_CURRENT_BINARY_DIR}/translations")
    file(MAKE_DIRECTORY "${folder}")
    set(entries "")
    set(compiled "")
    foreach(language ${ARGN})
        set(source "${PROJECT_SOURCE_DIR}/resources/translations/${language}.ts")
        add_custom_command(OUTPUT "${folder}/${language}.qm" VERBATIM
            COMMAND "${LORASHEAR_LRELEASE}" -silent "${source}" -qm "${folder}/${language}.qm"
            DEPENDS "${source}" COMMENT "Translation ${language}")
        string(APPEND entries "<file alias=\"${language}.qm\">${language}.qm</file>")
        list(APPEND compiled "${folder}/${language}.qm")
    endforeach()
    file(CONFIGURE OUTPUT "${folder}/lorashear_translations.qrc" @ONLY
         CONTENT "<RCC><qresource prefix=\"/lorashear/translations\">@entries@</qresource></RCC>\n")
    add_custom_command(OUTPUT "${folder}/lorashear_translations.cpp" VERBATIM
        COMMAND Qt6::rcc --name lorashear_translations "${folder}/lorashear_translations.qrc" -o "${folder}/lorashear_translations.cpp"
        DEPENDS "${folder}/lorashear_translations.qrc" ${compiled})
    target_sources(${target} PRIVATE "${folder}/lorashear_translations.cpp")
    set_source_files_properties("${folder}/lorashear_translations.cpp" PROPERTIES
        SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON SKIP_AUTOGEN ON COMPILE_OPTIONS -w)
endfunction()
