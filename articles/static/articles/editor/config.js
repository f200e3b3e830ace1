/* The editor's own fences. articles/body/ decides what is stored; this keeps the editor from offering anything else. */
(function () {
  "use strict";

  var here = CKEDITOR.basePath.replace(/ckeditor\/ckeditor\/$/, "articles/editor/");

  CKEDITOR.plugins.addExternal("newsphoto", here + "plugins/newsphoto/", "plugin.js");

  CKEDITOR.stylesSet.add("body", [
    { name: "Crosshead", element: "h2" },
    { name: "Small crosshead", element: "h3" },
    { name: "Pull quote", element: "blockquote", attributes: { class: "pullquote" } },
  ]);

  CKEDITOR.editorConfig = function (config) {
    config.extraPlugins = "newsphoto,widget,autogrow,tabletools";
    /* Gone for good: what sends drafts to other hosts, and what a story has no use for. */
    config.removePlugins =
      "about,bidi,colorbutton,colordialog,copyformatting,div,elementspath,embed,embedbase,exportpdf,flash,font,forms," +
      "iframe,image,image2,indentblock,justify,language,newpage,pagebreak,preview,print,resize,save,scayt,selectall," +
      "showblocks,smiley,sourcearea,sourcedialog,templates,uploadimage,wsc";
    config.allowedContent = {
      "p h2 h3 strong em ul ol li hr thead tbody tr caption figcaption": true,
      a: { attributes: "!href" },
      blockquote: { classes: "pullquote" },
      table: true,
      "th td": { attributes: "colspan,rowspan,scope" },
      figure: { attributes: "!data-photo,data-alt" },
    };
    config.toolbar_body = [
      { name: "history", items: ["Undo", "Redo"] },
      { name: "shape", items: ["Styles", "Format"] },
      { name: "words", items: ["Bold", "Italic", "Link", "Unlink", "RemoveFormat"] },
      { name: "blocks", items: ["BulletedList", "NumberedList", "Blockquote", "Table", "HorizontalRule"] },
      { name: "photo", items: ["NewsPhoto", "NewsGallery"] },
      { name: "help", items: ["Find", "PasteFromWord", "SpecialChar", "Maximize"] },
    ];
    config.format_tags = "p;h2;h3";
    config.stylesSet = "body";
    config.contentsCss = here + "body.css";
    config.bodyClass = "story-body";
    config.disableNativeSpellChecker = false;
    config.entities = false;
    config.basicEntities = true;
    config.enterMode = CKEDITOR.ENTER_P;
    config.shiftEnterMode = CKEDITOR.ENTER_P;
    config.autoGrow_onStartup = true;
    config.autoGrow_minHeight = 420;
    config.removeDialogTabs = "link:advanced;link:upload;table:advanced";
    config.linkShowTargetTab = false;
    config.linkDefaultProtocol = "https://";
    config.linkShowAdvancedTab = false;
    config.title = "Body of the story";
    config.versionCheck = false;
  };

  /* Before the editor's own filters: headings come down to the two that a body has, and each <span> gets a style
     that the filter for Google Docs leaves alone; at one that has none it breaks off, and the paste with it. */
  function prepared(html) {
    return html
      .replace(/<(\/?)h1\b/gi, "<$1h2")
      .replace(/<(\/?)h[4-6]\b/gi, "<$1h3")
      .replace(/<span\b([^>]*)>/gi, function (whole, attributes) {
        return /style\s*=\s*["']/i.test(attributes)
          ? whole.replace(/(style\s*=\s*["'])/i, "$1white-space:pre-wrap;")
          : "<span" + attributes + ' style="white-space:pre-wrap">';
      });
  }

  CKEDITOR.on("instanceReady", function (event) {
    event.editor.on(
      "paste",
      function (pasted) {
        /* Some filters read the one, some the other. */
        pasted.data.dataValue = prepared(pasted.data.dataValue);
        pasted.data.dataTransfer.setData("text/html", prepared(pasted.data.dataTransfer.getData("text/html")));
      },
      null,
      null,
      2 /* 1 is where the editor takes the words from the clipboard, 3 where its filters begin */
    );
  });

  /* The body is as light or as dark as the page around it, also where a person chose otherwise than the system. */
  CKEDITOR.on("instanceReady", function (event) {
    var page = document.documentElement;
    function follow() {
      event.editor.document.$.documentElement.style.colorScheme = getComputedStyle(page).colorScheme;
    }
    follow();
    event.editor.on("contentDom", follow);
    new MutationObserver(follow).observe(page, { attributeFilter: ["data-theme"] });
  });

  CKEDITOR.on("dialogDefinition", function (event) {
    /* Tables are words in rows and columns; how wide and how framed is the paper's business. */
    if (event.data.name === "table" || event.data.name === "tableProperties") {
      var info = event.data.definition.getContents("info");
      ["txtWidth", "txtHeight", "txtBorder", "txtCellSpace", "txtCellPad", "cmbAlign", "txtSummary"].forEach(
        function (field) {
          info.remove(field);
        }
      );
    }
  });
})();
